#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The lessons: each passes, as root and as a user without rights; translations do the same.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge ping setpriv

OVL_LESSONS=$OVL_SOURCE/lessons
export OVL_LESSONS
[ -d "$OVL_LESSONS" ] || skip_all 'there are no lessons'

# Where the lessons are, another user may have no way to.
chmod 711 "$WORK"
cp -r "$OVL_LESSONS" "$WORK/lessons"
chmod -R a+rX "$WORK/lessons"
OVL_LESSONS=$WORK/lessons

# passes SENTENCE CMD...: each check is a sentence.
passes() {
	sentence=$1
	shift
	if "$@" ovl learn --all --no-pause >"$WORK/output" 2>&1; then
		ok "$sentence: $(tail -n1 "$WORK/output")"
	else
		check_show "$(grep -v '^  ok' "$WORK/output")"
		not_ok "$sentence"
	fi
}

passes 'they pass'
LC_ALL=zh_CN.UTF-8
check 'translations have the same commands and checks' ovl learn --list
LC_ALL=C
for lesson in "$OVL_LESSONS"/*.md; do
	case $lesson in
	*.zh.md) ;;
	*) check "$(basename "$lesson") is told to its end" \
		sh -c 'ovl learn "$1" --no-pause | grep -q "^The lesson is over"' sh "$lesson" ;;
	esac
done
nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
# Linux 5.10 lets nobody else than the machine's root delete an fdb entry.
# shellcheck disable=SC2016 # for the inner shell
forgets='ip link add probe0 type veth && mac=02:00:00:00:00:01 &&
	bridge fdb add $mac dev probe0 && bridge fdb del $mac dev probe0'
if ! nobody ovl -V >/dev/null 2>&1 || ! nobody unshare --user true 2>/dev/null; then
	skip 'nobody: there is no other user here'
elif ! nobody unshare --user --map-root-user --net sh -c "$forgets" >/dev/null 2>&1; then
	skip 'nobody: this kernel lets no user namespace delete fdb entries'
	check_error 2 "only the machine's root" '... which ovl says' nobody unshare --user --map-root-user --net \
		sh -c "$(echo "$forgets" | sed 's/bridge fdb/ovl fdb/g')"
else
	passes 'nobody: they pass' nobody
fi

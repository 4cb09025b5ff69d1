#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The lessons: each passes, as root and as a user without rights; translations do the same.
. "$(dirname "$0")/../support/check.sh"
needs ip ping setpriv

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
if setpriv --reuid=65534 --regid=65534 --clear-groups ovl -V >/dev/null 2>&1 &&
	setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user true 2>/dev/null; then
	passes 'nobody: they pass' setpriv --reuid=65534 --regid=65534 --clear-groups
else
	skip 'nobody: there is no other user here'
fi

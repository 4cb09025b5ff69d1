#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Renews the parts of the manual that are made from the program's tables: what stands between
#     .\" BEGIN GENERATED ovl WORDS...
#     .\" END GENERATED
# is what that command prints; and ovl.schema.json, all of which is printed. With --check it only
# says which file is out of date.
set -eu
LC_ALL=C
export LC_ALL
source=$(cd "$(dirname "$0")/../.." && pwd)
: "${OVL_BUILD:=$source/build}"
ovl=$OVL_BUILD/ovl
[ -x "$ovl" ] || {
	echo "$ovl is not there: build it first" >&2
	exit 1
}
cd "$source"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The page of stdin, renewed.
renew() {
	generated=
	while IFS= read -r line; do
		case $line in
		'.\" BEGIN GENERATED ovl '*)
			printf '%s\n' "$line"
			# shellcheck disable=SC2086 # words
			"$ovl" ${line#*GENERATED ovl }
			generated=yes
			;;
		'.\" END GENERATED')
			generated=
			printf '%s\n' "$line"
			;;
		*) [ "$generated" ] || printf '%s\n' "$line" ;;
		esac
	done
	[ -z "$generated" ] || {
		echo 'a BEGIN GENERATED has no END GENERATED' >&2
		return 1
	}
}

stale=0
for page in man/*.8; do
	renew <"$page" >"$work/page" || {
		echo "$page cannot be renewed" >&2
		exit 1
	}
	! cmp -s "$page" "$work/page" || continue
	if [ "${1-}" = --check ]; then
		echo "$page is out of date: run 'make update-generated'" >&2
		stale=1
	else
		cat "$work/page" >"$page"
		echo "$page"
	fi
done
"$ovl" manual schema >"$work/schema"
if ! cmp -s ovl.schema.json "$work/schema"; then
	if [ "${1-}" = --check ]; then
		echo "ovl.schema.json is out of date: run 'make update-generated'" >&2
		stale=1
	else
		cat "$work/schema" >ovl.schema.json
		echo ovl.schema.json
	fi
fi
exit "$stale"

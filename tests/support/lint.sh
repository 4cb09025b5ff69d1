#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The linters over everything that is written by hand; with --format it settles the C files.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

have() {
	command -v "$1" >/dev/null || {
		echo "skip - $1 is not installed"
		return 1
	}
}

result() {
	if [ "$1" = 0 ]; then
		echo "ok - $2"
	else
		echo "not ok - $2"
		failed=1
	fi
}

# Releases differ in taste: 14 is the one that counts.
formatter=clang-format
if command -v clang-format-14 >/dev/null; then
	formatter=clang-format-14
fi
sources=$(find src tests bench -name '*.[ch]' 2>/dev/null | sort)
if [ "${1-}" = --format ]; then
	# shellcheck disable=SC2086 # no blanks in our names
	exec "$formatter" -i $sources
fi

if have "$formatter"; then
	case $("$formatter" --version) in
	*' 14.'*)
		difference=$(for file in $sources; do
			"$formatter" "$file" | diff -u --label "$file" --label formatted "$file" -
		done)
		[ -z "$difference" ] || printf '%s\n' "$difference" | head -n "${OVL_LINT_LINES:-60}"
		[ -z "$difference" ]
		result $? 'clang-format would change nothing'
		;;
	*) echo "skip - $formatter is not release 14" ;;
	esac
fi

if have cppcheck; then
	# What is not in the project is not looked at, so it cannot know every function or value; a
	# statement in an expression (ATTR_HAS) it does not parse.
	cppcheck --quiet --std=c11 --language=c -j "$(nproc)" -I src -D_GNU_SOURCE \
		-DPACKAGE_VERSION='""' --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=checkersReport \
		--suppress=normalCheckLevelMaxBranches --suppress=internalAstError --suppress=constStatement --error-exitcode=1 src
	result $? 'cppcheck finds nothing'
fi

pages=$(find man -name '*.[1-8]' 2>/dev/null | sort)
if [ "$pages" ] && have mandoc; then
	# shellcheck disable=SC2086
	mandoc -Tlint -Wwarning $pages
	result $? 'mandoc finds nothing in the manual'
fi

if have shellcheck; then
	find bootstrap .ci tests examples bench completions lessons -type f 2>/dev/null | sort |
		while read -r file; do
			case $file in
			*.bash) echo "$file" ;;
			*.sh) echo "$file" ;;
			*) head -n1 "$file" | tr -d '\0' | grep -qE '^#!.*/(env )?(ba|da)?sh' && echo "$file" ;;
			esac
		done | xargs shellcheck -x -P SCRIPTDIR -S warning
	result $? 'shellcheck finds nothing in the scripts'
fi
exit $failed

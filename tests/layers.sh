#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Includes point one way, headers stand alone, and each file starts as every other does.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${CC:=cc}"
failed=0

result() {
	if [ "$2" ]; then
		printf '%s\n' "$2"
		echo "not ok - $1"
		failed=1
	else
		echo "ok - $1"
	fi
}

# The height of each folder; folders of one height do not include each other.
result 'a folder includes only from folders below it' "$(
	grep -rHn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' src --include='*.[ch]' | awk -F: '
	BEGIN {
		n = split("base attr model text kernel,plan,topology apply command shell,daemon,cni", levels, " ")
		for (i = 1; i <= n; i++) {
			m = split(levels[i], folders, ",")
			for (j = 1; j <= m; j++)
				height[folders[j]] = i
		}
	}
	{
		split($3, quoted, "\"")
		if (split(quoted[2], target, "/") != 2) {
			print $1 ":" $2 ": \"" quoted[2] "\" is not folder/file.h"
			next
		}
		depth = split($1, path, "/")
		from = depth == 2 ? "main.c" : path[2]
		if (!(target[1] in height) || (depth > 2 && !(from in height)))
			print $1 ":" $2 ": " from " includes " quoted[2] ": a folder without a place in the order"
		else if (depth > 2 && from != target[1] && height[target[1]] >= height[from])
			print $1 ":" $2 ": " from " is not above " target[1] " (" quoted[2] ")"
	}'
)"

result 'each header compiles alone' "$(
	find src -name '*.h' | sort | xargs -P "$(nproc)" -I{} sh -c '
		printf "#include \"%s\"\n" "${1#src/}" |
			$0 -std=gnu17 -Wall -Wextra -Werror -D_GNU_SOURCE -Isrc -fsyntax-only -x c - 2>&1' \
		"$CC" {} | sed 's|^|  |'
)"

result 'a file includes first the header that declares it' "$(
	for file in $(find src -mindepth 2 -name '*.c' | sort); do
		first=$(grep -m1 '^[[:space:]]*#[[:space:]]*include' "$file" | sed 's/.*include *//')
		own=${file#src/}
		own=${own%.c}.h
		if [ -f "src/$own" ]; then
			[ "$first" = "\"$own\"" ] || echo "$file: includes $first before \"$own\""
		else
			# Many small files of one kind are declared in one header of their folder.
			grep -q "^#include \"$(dirname "$own")/" "$file" ||
				echo "$file: includes no header of its folder"
		fi
	done
)"

result 'each header guards itself with #pragma once' "$(
	find src tests -name '*.h' -exec grep -L '^#pragma once$' {} +
)"

result 'each file names its licence first' "$(
	find src tests bench -name '*.[ch]' 2>/dev/null | sort | while read -r file; do
		head -n1 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$file"
	done
)"

result 'no file is called after an idea not found yet' "$(
	find src -name 'util*' -o -name 'common*' -o -name 'misc*' -o -name 'helper*'
)"

result 'the lists of files for make are up to date' "$(
	tests/support/sources.sh --check 2>&1
)"
exit $failed

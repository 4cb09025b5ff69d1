# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-3.0-or-later
# What the scripts of bench/ write their tables with. $here is this folder, $files holds what is
# made for a run.

milliseconds() {
	echo "$1" | awk '{ printf $1 < 10000 ? "%.2f ms" : "%.0f ms", $1 / 1000 }'
}
megabytes() {
	echo "$1" | awk '{ printf "%.1f MB", $1 * 1024 / 1e6 }'
}

# A command as it stands in the table: without where things are.
plain() {
	echo "$1" | sed -e "s|$OVL_BUILD/bench/||; s|$OVL_BUILD/||; s|$files/||; s/.*/\`&\`/"
}

# machine: on what it was measured.
machine() {
	echo "$(uname -sr), $(uname -m), $(nproc) cores of$(sed -n 's/^model name.*://p' \
		/proc/cpuinfo | head -1); $(ip -V | sed 's/.*iproute2/iproute2/')." \
		"Load before: $(cut -d' ' -f1 /proc/loadavg)."
}

# built PROGRAM...: ends the script when one is not there.
built() {
	for program in "$@"; do
		[ -x "$OVL_BUILD/$program" ] || {
			echo "$0: $OVL_BUILD/$program is not built: 'make bench' builds and runs" >&2
			exit 1
		}
	done
}

# keep MARKER TEXT: shows it, and puts it into the README, behind that marker and up to the next.
keep() {
	echo "$2"
	page=$here/README.md
	if [ -w "$here" ] && [ -f "$page" ]; then
		printf '%s\n' "$2" >"$page.table"
		awk -v marker="<!-- $1 -->" -v table="$page.table" '
			/^<!-- .* -->$/ { skip = 0 }
			!skip
			$0 == marker {
				skip = 1
				print ""
				while ((getline line <table) > 0)
					print line
				print ""
			}' "$page" | cat -s >"$page.new"
		mv "$page.new" "$page"
		rm "$page.table"
	fi
}

# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of ovl for fish. `ovl complete` knows what can come next; this hands it on.

function __ovl_complete
	set -l words (commandline -opc)
	set -l typed (commandline -ct)
	set -l program $words[1]
	set -e words[1]
	for line in ($program complete -- $words "$typed" 2>/dev/null)
		switch $line
			case \tfiles
				__fish_complete_path "$typed"
			case \t'command *'
				set -l first (math (string replace \t'command ' '' -- $line) + 1)
				set -l command
				if test $first -le (count $words)
					set command (string escape -- $words[$first..-1])
				end
				complete -C (string join ' ' -- $command "$typed")
			case '*'
				echo $line
		end
	end
end

complete -c ovl -f -a '(__ovl_complete)'

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of ovl for bash. `ovl complete` knows what can come next; this hands it on.

_ovl()
{
	local line=${COMP_LINE:0:COMP_POINT} typed kept candidate more i
	local -a words

	COMPREPLY=()
	# The words as they were typed: bash cuts its own at ":" and "=".
	read -ra words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	typed=${words[-1]}
	# What bash takes for finished of the word that is typed must not be repeated.
	kept=
	[[ $typed == *[:=]* ]] && kept=${typed%"${typed##*[:=]}"}
	while IFS= read -r candidate; do
		if [[ $candidate == $'\t'* ]]; then
			more=${candidate#?}
			continue
		fi
		candidate=${candidate%%$'\t'*}
		printf -v candidate %q "${candidate#"$kept"}"
		COMPREPLY+=("$candidate")
	done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)

	case ${more-} in
	files)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$typed")
		;;
	command*)
		i=$((${more#command } + 1))
		if ((i >= ${#words[@]} - 1)); then
			mapfile -t COMPREPLY < <(compgen -c -- "$typed")
		elif declare -F _command_offset >/dev/null; then
			while ((i < COMP_CWORD)) && [[ ${COMP_WORDS[i]} != "${words[${more#command } + 1]}" ]]; do
				((i++))
			done
			_command_offset "$i"
		else
			compopt -o filenames 2>/dev/null
			mapfile -t COMPREPLY < <(compgen -f -- "$typed")
		fi
		;;
	esac
}

complete -F _ovl ovl

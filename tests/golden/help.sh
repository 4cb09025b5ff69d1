#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The help of all, of each object and of each verb, in 80 columns; what is not there is told with
# what is near.
. "$(dirname "$0")/../support/check.sh"

check_golden 'ovl help' help/ovl.txt ovl help
check_prints '-h is the same' "$(ovl help)" ovl -h
check_prints 'and --help' "$(ovl help)" ovl --help

for object in $(ovl complete -- '' | cut -f1 | grep -vx help); do
	check_golden "ovl help $object" "help/$object.txt" ovl help "$object"
	check_prints "ovl $object help is the same" "$(ovl help "$object")" ovl "$object" help
	check_prints "and ovl $object --help" "$(ovl help "$object")" ovl "$object" --help
	# Each verb in one file: what is above the options differs from the object's.
	# shellcheck disable=SC2016 # the inner shell's
	check_golden "the verbs of $object" "help/$object-verbs.txt" sh -c '
		for verb in $(ovl complete -- "$1" "" | cut -f1); do
			ovl help "$1" "$verb" | sed "/^Options of/,\$d"
		done' sh "$object"
done
check_prints 'ovl vxlan add help' "$(ovl help vxlan add)" ovl vxlan add help
check_prints 'and ovl vxlan add --help' "$(ovl help vxlan add)" ovl vxlan add --help
check_prints 'and ovl --help vxlan add' "$(ovl help vxlan add)" ovl --help vxlan add
check_lacks 'set has no word that cannot change' dstport "$(ovl help vxlan set)"

wide=$(for object in '' $(ovl complete -- '' | cut -f1 | grep -vx help); do
	# shellcheck disable=SC2086 # none is no word
	ovl help $object
	for verb in $([ "$object" ] && ovl complete -- "$object" '' | cut -f1); do
		ovl help "$object" "$verb"
	done
done | grep -E '^.{81}')
check_equal 'no line is longer than 80 columns' '' "$wide"

check_error 1 "did you mean 'vxlan'" 'a wrong object is told with the nearest' ovl help vxlna
check_error 1 "did you mean 'show'" 'and a wrong verb' ovl help vxlan shwo
check_error 1 'an OBJECT is needed' 'no word at all is an error' ovl

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The drawings of the examples' files, in the languages of Graphviz and Mermaid.
. "$(dirname "$0")/../support/check.sh"

for path in "$OVL_SOURCE"/examples/*.yaml; do
	lab=$(basename "$path" .yaml)
	check_golden "$lab as dot" "graph/$lab.dot" ovl graph "$path"
	check_golden "$lab as mermaid" "graph/$lab.mermaid" ovl graph --format mermaid "$path"
done

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# graph: drawings of a running network and of files. Where Graphviz is installed it must take what
# is written for it, and what it makes of names from outside must stay text.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'
command -v dot >/dev/null && has_dot=yes || has_dot=

# Without dot: PATH leads to ovl alone.
mkdir "$WORK/bin"
ln -s "$(command -v ovl)" "$WORK/bin/ovl"
for format in svg html; do
	check_error 2 "drawn by 'dot' of Graphviz, which is not installed" \
		"$format without Graphviz says what is missing" \
		env PATH="$WORK/bin" ovl graph --format $format "$OVL_SOURCE/examples/1-veth.yaml"
done
for format in dot mermaid; do
	check "$format needs nothing" \
		env PATH="$WORK/bin" ovl graph --format $format "$OVL_SOURCE/examples/1-veth.yaml"
done
check_error 1 "expected dot, mermaid, svg or html" 'an unknown format' ovl graph --format png
check_error 1 '--diff: a FILE is needed' '--diff wants a file' ovl graph --diff
check_error 1 "'ovl -j show' says the same" '-j is none of it' ovl -j graph
check_error 1 'is too much behind the FILE' 'one file only' \
	ovl graph "$OVL_SOURCE/examples/1-veth.yaml" more
check_error 1 'cannot open' 'a file that is not there' ovl graph "$WORK/nosuch.yaml"

# takes SENTENCE FILE: dot draws it without a word.
takes() {
	if [ "$has_dot" ]; then
		check_equal "$1" '' "$(dot -Tsvg -o "$WORK/drawing.svg" "$2" 2>&1 || echo "exit $?")"
	else
		skip "$1: no Graphviz"
	fi
}
for path in "$OVL_SOURCE"/examples/*.yaml; do
	lab=$(basename "$path" .yaml)
	ovl graph "$path" >"$WORK/drawing"
	takes "Graphviz draws $lab" "$WORK/drawing"
done
if strace true 2>/dev/null; then
	# The leak checker cannot run under strace.
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -e trace=network -o "$WORK/trace" \
		ovl graph "$OVL_SOURCE/examples/mesh.yaml" >/dev/null
	check_equal 'a file is drawn without a look at the kernel' '' \
		"$(grep -vE '^[0-9]+ +\+\+\+' "$WORK/trace")"
fi

# As lessons leave it: namespaces whose lo nobody touched, and nothing in the own one.
ip netns add fresh
ip netns add far
ip -n fresh link add eth0 type veth peer name eth0 netns far
ip -n far link set lo up
for format in dot mermaid; do
	ovl graph --format $format >"$WORK/fresh"
	check_lacks "$format: lo of a new namespace is not drawn" '<b>lo' "$(sed 's/"lo/<b>lo/' "$WORK/fresh")"
	check_lacks "$format: nor the own one with nothing in it" host "$(cat "$WORK/fresh")"
	check_contains "$format: an empty one of another name is" 'nothing but lo' \
		"$(ip netns add empty; ovl graph --format $format; ip netns del empty)"
done
check_contains 'with -d lo is drawn' '<b>lo' "$(ovl -d graph)"
ip netns del fresh
ip netns del far
if [ "$has_dot" ]; then
	# A title that is wider than the port below it does not push that aside.
	cat >"$WORK/middle.yaml" <<-'END'
		ovl: 1
		lab: middle
		netns:
		  c1: {links: {eth0: {type: veth, peer: host-a/c1_dev, addr: [10.10.100.10/24]}}}
		  host-a:
		    links:
		      br0: {type: bridge}
		      c1_dev: {master: br0}
		      vxlan0: {type: vxlan, id: 333, local: 10.23.120.82, remotes: [10.23.72.74], dev: eth0, master: br0}
		      eth0: {type: veth, peer: host-b/eth0, addr: [10.23.120.82/16]}
		  host-b: {links: {eth0: {addr: [10.23.72.74/16]}}}
	END
	ovl graph --format svg "$WORK/middle.yaml" >"$WORK/middle.svg"
	# Where things are is another matter with another Graphviz.
	ovl graph --format svg "$OVL_SOURCE/examples/4-bridge-vxlan.yaml" >"$WORK/drawn.svg"
	check_equal "the README's picture is what ovl draws now" \
		"$(grep -oE '(title|id|fill|stroke)="[^"]*"|>[^<]+</text>' "$WORK/drawn.svg")" \
		"$(grep -oE '(title|id|fill|stroke)="[^"]*"|>[^<]+</text>' \
			"$OVL_SOURCE/examples/4-bridge-vxlan.svg")"
	middle() {
		sed -n "s|^<text text-anchor=\"middle\" x=\"\([0-9]*\).*>$1</text>|\1|p" "$WORK/middle.svg"
	}
	check_equal 'the bridge is in the middle of its ports' "$(middle br0) $(middle br0)" \
		"$(middle c1_dev) $(middle vxlan0)"
fi

# The running network, with names that could mean something everywhere.
ip link set lo up
ip netns add red
# shellcheck disable=SC2016 # what a shell would run, too
evil_netns=']}--><b>"&$(x)'
ip netns add "$evil_netns"
ip -n red link set lo up
evil='";<b>&\N'
ip link add br0 type bridge
ip link add name "$evil" type veth peer name eth0 netns red
ip link add vx0 type vxlan id 7 dstport 4789 local 192.0.2.1 remote 192.0.2.7
ip -n "$evil_netns" link add "v'0" type veth peer name v1
ip link set vx0 master br0 up
ip link set dev "$evil" master br0 up \
	alias "$(printf '</script><script>alert(1)</script>%%n\\G\033[2J\377&quot;#quot;\n]]>')"
ip link set br0 up
ip addr add 192.0.2.1/24 dev br0
ip -n red link set eth0 up
ip -n red addr add 10.0.0.1/24 dev eth0
ip -n red route add default via 10.0.0.254
ip -n red route add 10.9.0.0/16 via 10.0.0.9

ovl graph >"$WORK/net.dot"
takes 'Graphviz draws the running network' "$WORK/net.dot"
check_contains 'with the VTEP on another machine' '<b>192.0.2.7</b>' "$(cat "$WORK/net.dot")"
check_contains 'with default routes' '>default via 10.0.0.254 dev eth0<' "$(cat "$WORK/net.dot")"
check_lacks 'and no other routes' '>10.9.0.0/16' "$(cat "$WORK/net.dot")"
check_lacks 'no escape sequence is in it' "$(printf '\033')" "$(cat "$WORK/net.dot")"
ovl graph --format mermaid >"$WORK/net.mermaid"
check_equal 'each line of the flowchart is one of four kinds' '' "$(grep -vE \
	-e '^flowchart TB$' \
	-e '^  (subgraph n[0-9]+\["[^"]*"\]|end)$' \
	-e '^ +[lnc][0-9lo]+(\[|\(\[|\(\()"[^"]*"(\]|\]\)|\)\))$' \
	-e '^  l[0-9]+ [-=.<>]+ [lc][0-9]+$' "$WORK/net.mermaid")"
check_contains 'names are entities there' '"#34;#59;#60;b#62;#38;' "$(cat "$WORK/net.mermaid")"

if [ "$has_dot" ]; then
	ovl graph --format svg >"$WORK/net.svg"
	check_equal 'the drawing has the elements of a drawing only' '' "$(grep -o '<[A-Za-z]*' \
		"$WORK/net.svg" | grep -vxE '<(a|ellipse|g|path|polygon|polyline|svg|text|title)?')"
	check_contains 'a name is text in it' '&quot;;&lt;b&gt;&amp;\\N' "$(cat "$WORK/net.svg")"
	check_contains 'labels are in the middle, whatever the font' \
		'<text text-anchor="middle"' "$(grep '>br0</text>' "$WORK/net.svg")"
	ovl graph --format html >"$WORK/net.html"
	check_equal 'the page has its own two scripts' 2 "$(grep -o '<script' "$WORK/net.html" | wc -l)"
	check_equal 'and asks for nothing' '' "$(grep -oE '(src|href)="[^#][^"]*"' "$WORK/net.html")"
	sed -n 's|</script>$||; s/.*id="data">//p' "$WORK/net.html" >"$WORK/data"
	fact() {
		jq -r --arg title "$1" --arg key "$2" '[.nodes[] | select(.title == $title).facts[]
			| select(.[0] == $key)[1]] | join(" ")' "$WORK/data"
	}
	check_equal 'it knows the MAC' "$(ip -n red -j link show dev eth0 | jq -r '.[0].address')" \
		"$(fact eth0 mac)"
	check_equal 'the MTU' "$(ip -j link show vx0 | jq '.[0].mtu')" "$(fact vx0 mtu)"
	check_contains 'the fdb' '00:00:00:00:00:00 dst 192.0.2.7 permanent' "$(fact vx0 fdb)"
	check_contains 'the routes' '10.9.0.0/16 via 10.0.0.9 dev eth0' "$(fact red route)"
	check_contains 'and the alias, as text' '</script><script>alert(1)</script>%n' \
		"$(fact '";<b>&\\N' alias)"
	check_equal 'each line of the drawing has its ends' '' "$(jq -r '.nodes as $nodes | .edges[]
		| select(($nodes[.[1]] and $nodes[.[2]]) | not)' "$WORK/data")"
else
	skip 'svg and html: no Graphviz'
fi

# The tunnel between two VTEPs of this machine is one line with two arrows.
ovl graph "$OVL_SOURCE/examples/3-vxlan-point-to-point.yaml" >"$WORK/tunnel.dot"
check_equal 'a tunnel between two VTEPs is one line' 1 "$(grep -c 'style=dashed.*dir=both' "$WORK/tunnel.dot")"

# Differences: what is missing, another, too much.
ip link del br0
cat >"$WORK/lab.yaml" <<'END'
ovl: 1
lab: demo
links:
  br9: {type: bridge, forward_delay: 15s}
  vx9: {type: vxlan, id: 9, remote: 192.0.2.9, master: br9}
END
check_fails 3 'a difference is exit 3' ovl graph --diff "$WORK/lab.yaml"
check_contains 'what is to be made is green' 'fillcolor="#bbf7d0"' "$OUTPUT"
ovl plan --as ip "$WORK/lab.yaml" | sh
check_fails 0 'no difference is exit 0' ovl graph --diff "$WORK/lab.yaml"
check_lacks 'and nothing is green' '#bbf7d0' "$OUTPUT"
ip link set br9 type bridge forward_delay 400
sed -i '/vx9/d' "$WORK/lab.yaml"
check_fails 3 'a change by hand is exit 3' ovl graph --diff "$WORK/lab.yaml"
printf '%s\n' "$OUTPUT" >"$WORK/diff.dot"
check_contains 'it is yellow, with both values' 'forward_delay 400 → 1500' \
	"$(grep 'fillcolor="#fef08a"' "$WORK/diff.dot")"
check_contains 'what the file no longer names is red' '<b>vx9</b>' \
	"$(grep 'fillcolor="#fecaca"' "$WORK/diff.dot")"
takes 'Graphviz draws it' "$WORK/diff.dot"

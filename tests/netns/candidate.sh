#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Random batches, tried first and then carried out: what is refused is the same, and what the
# network is said to be after a trial is what the kernel has afterwards.
. "$(dirname "$0")/../support/check.sh"
needs awk jq ip sysctl

# Addresses of links' own would come and go by themselves.
sysctl -qw net.ipv6.conf.default.addr_gen_mode=1 2>/dev/null ||
	skip_all 'IPv6 cannot be kept quiet here'

kernel_renames_up && renames=yes || renames=
[ "$renames" ] || skip 'renames: this kernel refuses those of links that are up, a trial does not'

# lines SEED COUNT: lines that are often about what is there, and often about what is not.
lines() {
	awk -v seed="$1" -v count="$2" '
	function pick(words, list) { return list[1 + int(rand() * split(words, list, " "))] }
	function hex() { return sprintf("%02x", int(rand() * 4)) }
	function mac() { return "02:00:00:00:00:" hex() }
	function dev() { return pick("i0 i0 i1 i2 v0 v0 v1 w0 w1 j0 br0 br0 br1 vx0 other") }
	# No bridges: those forget their neighbours when they take the MAC of another port.
	function plain() { return pick("i0 i0 i1 i2 v0 v0 v1 w0 w1 j0") }
	function end() { return pick("v0 v1 w0 w1 i0 i1") }
	function address() {
		if (rand() < .3)
			return "fd0" int(rand() * 3) "::" 1 + int(rand() * 3)
		return "10." int(rand() * 3) ".0." 1 + int(rand() * 3)
	}
	function length_of(a) { return a "/" (a ~ /:/ ? 64 : rand() < .2 ? 16 : 24) }
	function prefix() {
		if (rand() < .3)
			return "fd1" int(rand() * 3) "::/64"
		return "10.2" int(rand() * 3) ".0.0/24"
	}
	function hop(p) {
		if (rand() < .5)
			return "dev " dev()
		return "via " (p ~ /:/ ? "fd09::9" int(rand() * 3) : "10.9.0.9" int(rand() * 3)) \
			" dev " dev() " onlink"
	}
	function route(p) {
		p = prefix()
		return pick("add add append prepend replace change") " " p " " hop(p) \
			(rand() < .3 ? " metric " 1 + int(rand() * 2) : "")
	}
	function line(kind) {
		kind = pick("link link link set set set set addr addr addr arp arp fdb fdb fdb flood flood route route route gone altname")
		if (kind == "link")
			return pick("link,add,i0,up,type,ifb link,add,i1,up,type,ifb link,add,i2,type,ifb " \
				"bridge,add,br0,up bridge,add,br1 bridge,add,br0,up " \
				"veth,add,v0,up,peer,w0,up veth,add,v1,peer,w1,netns,n1,up " \
				"vxlan,add,vx0,id,7,dstport,4789,local,10.0.0.1,up netns,add,n1")
		if (kind == "set")
			return pick("link,set," dev() ",up link,set," dev() ",up link,set," dev() ",down " \
				"bridge,addif,br0," plain() " bridge,addif,br1," plain() " bridge,addif,br0,vx0 " \
				"bridge,delif,br0," plain() " link,set," plain() ",nomaster " \
				"link,set," dev() ",alias,x" int(rand() * 9) " link,set,i0,name,j0 link,set,j0,name,i0 " \
				"link,set,v0,name,j1 link,set,j1,name,i1 link,set,br0,name,br1 " \
				"link,set," end() ",mtu,1" 3 + int(rand() * 3) "00 " \
				"link,set," pick("v0 v1 w0") ",address,02:00:00:00:01:" hex() " link,set," plain() ",netns,n1")
		if (kind == "addr")
			return "addr " pick("add add add del replace change") " " length_of(address()) " dev " dev()
		if (kind == "arp" && rand() < .3)
			return "arp del " address() " dev " plain()
		if (kind == "arp")
			return "arp " pick("add replace change") " " address() " lladdr " mac() " dev " plain()
		if (kind == "fdb")
			return "fdb " pick("add add replace append del") " " mac() " dev " dev() " master"
		if (kind == "flood")
			return pick("fdb,add," mac() " fdb,replace," mac() " fdb,append," mac() " fdb,del," mac() \
				" fdb,append,00:00:00:00:00:00 fdb,del,00:00:00:00:00:00 fdb,append,00:00:00:00:00:00") \
				",dev,vx0,dst,10.9.0." int(rand() * 3)
		if (kind == "route" && rand() < .3)
			return "route del " prefix()
		if (kind == "route")
			return "route " route()
		if (kind == "gone")
			return "link del " dev()
		return "link property " pick("add del") " dev " dev() " altname " pick("other more extra")
	}
	BEGIN {
		srand(seed)
		for (i = 0; i < count; i++) {
			text = line()
			gsub(",", " ", text)
			print text
		}
	}' | if [ "$renames" ]; then cat; else grep -v ' name '; fi
}

# What is compared: nothing that only the kernel knows (carriers, its own addresses and routes).
questions='link show
-A link show
addr show
-A addr show
arp show nud permanent
fdb show
-4 route show table all proto boot
-6 route show table all proto boot'

facts() {
	grep '^\[' | jq -c --slurp '
	def has($flag): any(.flags[]?; . == $flag);
	def links: [.[] | {ifname, netns, master, ifalias, up: has("UP"), kind: .linkinfo.info_kind,
		mtu: (if .linkinfo.info_kind | . == "veth" or . == "ifb" then .mtu // 1500 else 0 end),
		altnames: ((.altnames // []) | sort)}];
	def addresses: [.[] | {ifname, netns} + (.addr_info[] | select(.scope != "link") |
		{local, prefixlen, secondary, "label": .label})];
	def routes: [.[] | {dst, metric, gateway, dev, nexthops: [.nexthops[]? | {gateway, dev}]}]
		| sort_by(.dst, .metric);
	[(.[0, 1] | links), (.[2, 3] | addresses | sort_by(.ifname, .local)),
	 (.[4] | map({dst, dev, lladdr, state}) | sort_by(.dst, .dev)),
	 # A bridge with VLANs copies an entry into those of the port: one of them counts.
	 (.[5] | map(select(.state == "static" or .dst) | {mac, ifname, master, dst, flags})
		| unique),
	 (.[6, 7] | routes)] | .[]'
}

# refused FILE: the lines, with their numbers.
refused() {
	sed -n "s|^ovl: $WORK/batch:\([0-9]*\): .*|\1|p" "$1" |
		awk 'NR == FNR { refused[$0]; next } FNR in refused { print FNR ": " $0 }' - "$WORK/batch"
}

for seed in $(seq "${CANDIDATE_ROUNDS:-8}"); do
	# Links first: those that go with a namespace do so some time later.
	for link in i0 i1 i2 j0 j1 v0 v1 w0 w1 br0 br1 vx0; do
		ip link del $link 2>/dev/null
	done
	ip -all netns del
	# Most is there when the trial begins.
	{
		printf '%s\n' 'netns add n1' 'bridge add br0 up' 'bridge add br1 up' \
			'link add i0 up type ifb' 'link add i1 up type ifb' 'link add i2 up type ifb' \
			'veth add v0 up peer w0 up' 'veth add v1 up peer w1 up' \
			'vxlan add vx0 id 7 dstport 4789 local 10.0.0.1 up' 'bridge addif br0 v0 i0 vx0'
		lines $((seed + 1000)) 20
	} | ovl -q --force -b - >/dev/null 2>&1
	{
		lines "$seed" 120
		echo "$questions"
	} >"$WORK/batch"
	ovl -q -j --force --dry-run -b "$WORK/batch" >"$WORK/tried" 2>"$WORK/tried.errors"
	ovl -q -j --force -b "$WORK/batch" >"$WORK/done" 2>"$WORK/done.errors"
	check_equal "seed $seed: a trial refuses what the kernel refuses" \
		"$(refused "$WORK/done.errors")" "$(refused "$WORK/tried.errors")"
	check_equal "seed $seed: and ends in the same network" \
		"$(facts <"$WORK/done")" "$(facts <"$WORK/tried")"
done

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# At boot: what ovl@.service says systemd understands, and ovl can do its work under what the unit
# takes from it; the name of ovl's protocol is understood by iproute2.
. "$(dirname "$0")/../support/check.sh"
needs ip jq
unit=$OVL_SOURCE/system/ovl@.service.in

# The unit as it would be installed where ovl was built.
sed "s|@bindir@|$OVL_BUILD|; s|@sysconfdir@|/etc|" "$unit" >"$WORK/ovl@.service"
setting() {
	sed -n "s/^$1=//p" "$WORK/ovl@.service"
}
if command -v systemd-analyze >/dev/null; then
	check_prints 'systemd finds nothing wrong with the unit' '' \
		systemd-analyze verify --man=no "$WORK/ovl@.service"
else
	skip 'systemd-analyze is not installed'
fi
# systemd.exec(5): what of its settings makes a mount namespace, where namespaces would be hidden.
check_equal 'nothing in it hides the names of namespaces' '' "$(grep -E \
	'^(Protect(System|Home|KernelTunables|KernelModules|KernelLogs|ControlGroups|Proc)|Private(Tmp|Devices|Users|Network|IPC)|(ReadWrite|ReadOnly|Inaccessible|Exec|NoExec|Bind|BindReadOnly)Paths|RootDirectory|RootImage|TemporaryFileSystem|MountFlags|DynamicUser|(State|Cache|Logs|Runtime)Directory|ProcSubset|MountAPIVFS|ExtensionImages)=' \
	"$WORK/ovl@.service")"
check_equal 'it is not stopped by removing the network' '' "$(grep -E '^ExecStop' "$WORK/ovl@.service")"
check_equal 'a reload is an apply' "$(setting ExecStart)" "$(setting ExecReload)"

# --- under its restrictions
if ! command -v setpriv >/dev/null; then
	skip 'setpriv is not installed'
elif ! private_etc || ! mount -t tmpfs tmpfs /var/lib; then
	skip 'a private /etc is forbidden here'
elif ! ovl help apply >/dev/null 2>&1; then
	skip 'this ovl has no apply'
else
	mkdir -p /etc/ovl
	cat >/etc/ovl/lab.yaml <<-END
		ovl: 1
		lab: lab
		links:
		  br0: {type: bridge}
		  v1: {master: br0}
		netns:
		  n1:
		    links: {eth0: {type: veth, peer: host/v1, addr: [10.0.0.1/24]}}
		    sysctl: {net.ipv4.ip_forward: 1}
		    routes: [default via 10.0.0.254]
	END
	bounding=-all$(setting CapabilityBoundingSet | tr A-Z a-z | sed 's/ *cap_/,+/g')
	start() {
		# shellcheck disable=SC2046 # the line is words
		setpriv --no-new-privs --bounding-set="$bounding" --inh-caps=-all \
			$(setting ExecStart | sed s/%i/lab/)
	}
	check 'ovl applies a file under what the unit leaves it' start
	check_prints 'what it made is there' 10.0.0.1 sh -c \
		'ip -n n1 -j -4 addr show eth0 | jq -r ".[].addr_info[].local"'
	check_prints 'sysctls too' 1 ip netns exec n1 cat /proc/sys/net/ipv4/ip_forward
	check_contains 'a second start has nothing to do' 'nothing to do' "$(start)"
	check 'and ovl destroy removes it' ovl destroy lab
	check_equal 'so that no name is left' '' "$(ls /run/netns)"

	# --- the name of the protocol
	mkdir -p /etc/iproute2/rt_protos.d
	cp "$OVL_SOURCE/system/ovl.conf" /etc/iproute2/rt_protos.d/ovl.conf
	ip link set lo up
	ovl route add 10.9.0.0/16 dev lo proto 111
	check_prints 'iproute2 calls protocol 111 ovl' ovl \
		sh -c 'ip -j route show 10.9.0.0/16 | jq -r ".[].protocol"'
	check_contains 'and finds routes by it' 10.9.0.0/16 "$(ip route show proto ovl)"
	check_prints 'as ovl does' 10.9.0.0/16 \
		sh -c 'ovl -j route show proto ovl | jq -r ".[].dst"'
fi

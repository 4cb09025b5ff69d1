#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Further names of links: given with a link, added and taken away, all or none; seen by ip.
. "$(dirname "$0")/../support/check.sh"
needs ip jq

# altnames DEV [OPTIONS of ip]: what ip says, one blank between.
altnames() {
	dev=$1
	shift
	ip "$@" -j link show dev "$dev" | jq -r '.[0].altnames // [] | join(" ")'
}

long=a-name-that-is-longer-than-a-links-own
check 'a link is made with altnames, both ends of a veth' \
	ovl link add v0 altname first altname $long type veth peer name v1 altname other
check_equal 'ip sees them' "first $long" "$(altnames v0)"
check_equal 'those of the other end too' other "$(altnames v1)"
check_json 'show lists them' "[\"first\",\"$long\"]" "$(ovl -j link show v0 | jq '.[0].altnames')"
check 'a link is found by one' ovl link set $long mtu 1400
check_equal 'and changed' 1400 "$(ip -j link show dev v0 | jq '.[0].mtu')"
ip netns add red
check 'in another namespace' ovl link add v2 altname there netns red type veth peer name v3
check_equal 'it has them there' there "$(altnames v2 -n red)"
check 'set gives further ones' ovl link set v0 altname third
check_equal 'beside those it has' "first $long third" "$(altnames v0)"
check 'under a new name too' ovl link set v0 name w0 altname fourth
check_equal 'which has them all' "first $long third fourth" "$(altnames w0)"
check_fails 2 'one that is taken is refused' ovl link add w1 altname first type veth peer name w2
check_fails 1 'and the link is not there' ovl link show w1

check 'link property add, as ip says it' ovl link property add dev w0 altname p1 altname p2
check_equal 'adds several' "first $long third fourth p1 p2" "$(altnames w0)"
check 'link property del takes them, the link called by one' \
	ovl link prop del p1 altname p1 altname p2
check_equal 'and they are gone' "first $long third fourth" "$(altnames w0)"
check_fails 2 'two of which one is taken' ovl link property add w0 altname p3 altname first
check_equal 'are none' "first $long third fourth" "$(altnames w0)"
check_fails 2 'one that is not there cannot go' ovl link property del w0 altname first altname none
check_contains 'and the other stays' first "$(altnames w0)"
check '--idempotent adds what is there' ovl -i link property add w0 altname first
check '--idempotent takes what is gone' ovl -i link property del altname none dev w0
check_prints '--as ip says what ip would do' 'ip link property add dev w0 altname x' \
	ovl --as ip link property add w0 altname x
check_prints '--dry-run says the step' '- altname dev w0 altname first' \
	ovl --dry-run link property del w0 altname first

for name in a/b 'a b' a:b a%d . "$(printf 'a\033[1m')" '' "$(printf '%0128d' 0)"; do
	check_fails 1 "no altname is '$(printf %s "$name" | tr -d '\033')'" \
		ovl link property add w0 altname "$name"
done
evil=$(printf 'a\033[31mb')
ip link property add dev w0 altname "$evil"
check_lacks 'one that others gave reaches no terminal raw' "$(printf '\033')" \
	"$(ovl --dry-run link property del w0 altname "$evil")"
check 'and can be taken away' ovl link property del w0 altname "$evil"
check_error 1 "there is no link 'nosuch'" 'the link must be there' \
	ovl link property add nosuch altname x
check_error 1 'a DEV is needed' 'and be named' ovl link property add altname x
check_error 1 "'altname NAME' is expected" 'with a name' ovl link property add w0
check_error 1 'neither add nor del' 'a verb is needed' ovl link property set w0 altname x

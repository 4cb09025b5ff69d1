#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What can come next: `ovl complete` over a network that is really there, and the three shells on
# top of it.
. "$(dirname "$0")/../support/check.sh"

completions=$OVL_SOURCE/completions

# next WORD... TYPED: the candidates, sorted, in one line.
next() {
	ovl complete -- "$@" 2>&1 | cut -f1 | sort | paste -sd' '
}
offers() {
	sentence=$1 expected=$2
	shift 2
	check_equal "$sentence" "$expected" "$(next "$@")"
}
offers_also() {
	sentence=$1 expected=$2
	shift 2
	check_contains "$sentence" " $expected " " $(next "$@") "
}
offers_not() {
	sentence=$1 unexpected=$2
	shift 2
	check_lacks "$sentence" " $unexpected " " $(next "$@") "
}

ovl netns add n1 n2
ovl bridge add br0
ovl bridge add br1
ovl veth add v0 master br0 peer v0p netns n1
ovl -q vxlan add vx0 id 5
ovl -n n1 bridge add brn1

# --- objects, verbs, options
offers 'an object' 'netns' ne
offers 'all of them' 'addr apply arp bridge capture check confirm destroy diff enter fdb graph help history learn link monitor netns plan rollback route sandbox shell show status veth vxlan' ''
offers 'a verb' 'set show' link s
offers 'of an object that is cut short' 'add' vx ad
offers 'a short option in front' '-n' -n
offers 'a long one' '--netns' --net
offers 'a long one behind the object, too' '--dry-run' link add x --dry
offers 'but no short one' '' link -
offers_not 'nor any behind the command of exec' --json netns exec n1 ls --
offers 'the value of an option' 'bridge inet inet6 link' -f ''
offers 'what --as takes' 'ip' --as ''
offers 'help has objects' 'rollback route' help ro
offers 'and their verbs' 'add addif' help bridge ad
offers 'nothing behind what is not known' '' nosuch ''
offers 'nor behind a verb that is not' '' link nosuch ''

# --- names of what is there
offers 'namespaces behind -n' 'n1 n2' -n ''
offers 'and behind --netns' 'n1 n2' --netns n
offers 'of netns del' 'n1 n2' netns del ''
ovl netns add n1.x
offers 'hosts to be entered, whose names have no dot' 'n1 n2' enter ''
ovl netns del n1.x
offers 'several' 'n1 n2' netns del n1 n
offers 'of exec' 'n1 n2' netns exec ''
offers 'a process for its namespace' "pid:$$" netns exec "pid:$$"
offers 'where that is possible' "pid:$$" -n "pid:$$"
offers 'also in an attribute' "pid:$$" link set v0 netns "pid:$$"
offers 'and for pids' "pid:$$" netns pids "pid:$$"
offers 'but not where a name is taken away' '' netns del "pid:$$"
offers 'nor set' '' netns set "pid:$$"
offers 'a process alone' "$$" netns identify "$$"
offers 'for attach, too' "$$" netns attach x "$$"
offers 'no process unless one begins so' 'n1 n2' -n ''
offers 'of an attribute' 'n1 n2' veth add x netns ''
offers 'links' 'br0 br1 dev lo v0 vx0' link set ''
offers 'without dev behind dev' 'br0 br1 lo v0 vx0' link set dev ''
offers 'those of the namespace that -n names' 'v0p' -n n1 link set v
offers 'bridges behind master' 'br0 br1' link set v0 master ''
offers 'and where a bridge is named' 'br0 br1' bridge addif ''
offers 'links that can be its port' 'v0 vx0' bridge addif br0 ''
offers 'and more of them' 'vx0' bridge addif br0 v0 vx
offers 'ports to be taken out' 'v0' bridge delif br0 ''
offers 'ports to be set' 'dev v0' bridge port set ''
offers 'vxlans' 'dev vx0' vxlan remote add ''
offers 'veths' 'dev v0' veth del ''
offers 'a master where the link will be born' 'brn1' veth add x netns n1 master ''
offers 'and of the peer where that will' 'br0 br1' \
	veth add x netns n1 peer y master ''
offers 'links of another namespace' 'n1/brn1 n1/lo n1/v0p' link add x link n1/
offers 'a namespace that is not there has none' 'dev' -n nosuch link set ''
offers 'no name for what is new' 'name' veth add ''

# --- words of the tables
offers 'words of the kind' 'dstport' vxlan add x id 5 dst
offers 'also behind type' 'dstport' link add x type vxlan dst
offers 'and not of another' '' link add x type veth dst
offers_not 'a word that was used' learning vxlan add x id 5 learning off ''
offers_also 'but the others' local vxlan add x id 5 learning off ''
offers_not 'up when it is down' up link set v0 down ''
offers_not 'what cannot change' dstport vxlan set vx0 ''
offers_also 'what can' learning vxlan set vx0 ''
offers 'negations to who begins one' 'nolearning' vxlan add x id 5 nole
offers 'other spellings, too' 'txqlen' link set v0 txql
offers 'on and off' 'off on' bridge port set v0 isolated ''
offers 'keywords' 'eui64 none random stable_secret' link set v0 addrgenmode ''
offers 'kinds' 'bridge dummy ifb macvlan veth vlan vrf vxlan' link add x type ''
offers 'states of a neighbour' 'permanent probe' arp add 10.0.0.1 dev v0 nud p
offers 'scopes' 'site' addr show scope s
offers 'a clause begins anew' 'mtu' veth add x mtu 1400 peer y mt
offers_also 'a type of route stands first' 'blackhole' route add ''
offers 'one that is begun' 'blackhole' route add bl
offers_also 'also in del' 'unreachable' route del un
offers_also 'or behind the prefix' 'prohibit' route add 10.0.0.0/8 ''
offers_not 'but not twice' 'prohibit' route add blackhole 10.0.0.0/8 ''
offers 'a nexthop has its own words' 'dev nexthop onlink realms via weight' route add default nexthop ''
offers 'and may be followed by another' 'nexthop' route add default nexthop dev v0 ne
offers 'a family may stand before its address' 'inet6' route add default via ''
offers 'a verb of several forms' 'add del show' vxlan remote ''
offers 'another name for an object' 'dev vx0' bridge vni add ''
offers 'a required word alone' 'auto' netns set n1 ''
offers 'objects to monitor' 'addr all arp' monitor link a
offers 'devices whose packets are seen' 'br0 br1' monitor packets br0 br
check_equal 'or a file of them' "$(printf '\tfiles')" "$(ovl complete -- monitor packets -w '')"
check_equal 'files where a file is read' "$(printf '\tfiles')" "$(ovl complete -- -b '')"
check_equal 'another program where one is run' "$(printf '\tcommand 3')" \
	"$(ovl complete -- netns exec n1 ls -l '')"
check_equal 'or on a host' "$(printf '\tcommand 2')" "$(ovl complete -- enter n1 ls '')"
check_equal 'also in all namespaces' "$(printf '\tcommand 3')" \
	"$(ovl complete -- -A netns exec '')"
check_equal 'each with a line of help' "$(printf 'dstport\tUDP destination port')" \
	"$(ovl complete -- vxlan add x id 5 dstp)"

# --- a word that is offered is one that is taken
taken() {
	refused=$(ovl complete -- "$@" '' | grep -v "^$(printf '\t')" | cut -f1 | while read -r word; do
		ovl -q --dry-run "$@" "$word" 2>&1 </dev/null |
			grep -qE 'not known here|is a word of' && echo "$word"
	done)
	check_equal "all words offered behind '$*' are words there" '' "$refused"
}
taken link add x type veth
taken link set v0
taken veth add x peer y
taken bridge add x
taken bridge set br0
taken bridge port set v0
taken vxlan add x id 5
taken vxlan set vx0
taken addr add 10.0.0.1/24
taken addr show
taken fdb add 02:00:00:00:00:01
taken fdb show
taken arp add 10.0.0.1 lladdr 02:00:00:00:00:01
taken arp show
taken route add 10.9.0.0/24
taken route add 10.9.0.0/24 nexthop
taken route show
taken route get 10.9.0.1

# --- it does no harm
before=$(ip -d link | sed 's/ qlen.*//')
if command -v setpriv >/dev/null; then
	check_equal 'it needs no right' 'br0 br1' \
		"$(setpriv --bounding-set=-all --inh-caps=-all ovl complete -- link set v0 master '' |
			cut -f1 | paste -sd' ')"
fi
check_prints 'what fails is silent' '' ovl complete -- -n nosuch bridge addif ''
check_prints 'also without a word' "$(ovl complete -- '')" ovl complete --
check_equal 'and nothing has changed' "$before" "$(ip -d link | sed 's/ qlen.*//')"

# --- the shells. Names may be anything a kernel takes.
# shellcheck disable=SC2016 # that is the point
ip link add '$(>owned)' type veth peer name 'a;b'
cd "$WORK" || exit

if command -v bash >/dev/null; then
	cat >try.bash <<'BASH'
source "$1"
COMP_LINE=$2
COMP_POINT=${#2}
read -ra COMP_WORDS <<<"$2"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_ovl 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd' '
BASH
	in_bash() {
		check_equal "bash: $1" "$2" "$(bash try.bash "$completions/ovl.bash" "$3")"
	}
	in_bash 'a word' netns 'ovl ne'
	in_bash 'names' 'n1 n2' 'ovl -n '
	in_bash 'a value behind =' 'brn1' 'ovl --netns=n1 bridge addif br'
	in_bash 'quotes what a shell would run' '\$\(\>owned\)' 'ovl link set $'
	in_bash 'a MAC is one word' 'dev' 'ovl fdb add 02:00:00:00:00:01 de'
	touch batch1 batch2
	in_bash 'files' 'batch1 batch2' 'ovl -b ba'
	in_bash 'files of another program' 'batch1 batch2' 'ovl netns exec n1 cat ba'
else
	skip 'bash is not installed'
fi

if command -v zsh >/dev/null; then
	cat >try.zsh <<'ZSH'
_describe() { print -l -- ${(P)4} }
_files() { print files }
_normal() { print -- $words at $CURRENT }
complete_ovl() { eval "$(<$file)" }
file=$1
shift
words=("$@")
CURRENT=$#
PREFIX=${@[-1]}
complete_ovl
ZSH
	in_zsh() {
		sentence=$1 expected=$2
		shift 2
		check_equal "zsh: $sentence" "$expected" \
			"$(zsh -f try.zsh "$completions/_ovl" "$@" | sort | paste -sd'|')"
	}
	in_zsh 'a word with its help' 'netns:network namespaces' ovl ne
	in_zsh 'names' 'n1:|n2:' ovl -n ''
	in_zsh 'a name that a shell would run' '$(>owned):veth' ovl link set '$'
	in_zsh 'files' files ovl -b ''
	in_zsh 'another program' 'ls -l at 3' ovl netns exec n1 ls -l ''
else
	skip 'zsh is not installed'
fi

if command -v fish >/dev/null; then
	in_fish() {
		check_equal "fish: $1" "$2" "$(HOME=$WORK fish --no-config \
			-c "source $completions/ovl.fish; complete -C '$3'" 2>&1 | sort | paste -sd'|')"
	}
	in_fish 'a word with its help' "netns$(printf '\t')network namespaces" 'ovl ne'
	in_fish 'names' 'n1|n2' 'ovl -n '
	in_fish 'ports' "v0$(printf '\t')veth" 'ovl bridge delif br0 '
	touch batch1 batch2
	in_fish 'files' 'batch1|batch2' 'ovl -b ba'
	in_fish 'files of another program' 'batch1|batch2' 'ovl netns exec n1 cat ba'
else
	skip 'fish is not installed'
fi
check 'no shell ran a name' [ ! -e owned ]

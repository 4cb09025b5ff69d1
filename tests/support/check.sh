# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the shell tests say their sentences with. A test begins with
#     . "$(dirname "$0")/../support/check.sh"
# which puts it into the sandbox when it is not in one, so that a test run by hand cannot touch
# the machine's network. Each sentence is one line of output: "ok - ", "not ok - " or "skip - ".
# The exit status comes by itself: 1 when a sentence was not ok, 77 when all were skipped.
#
# $WORK is a folder of the test's own, gone when it ends.

if [ -z "${OVL_SANDBOX-}" ]; then
	exec "$(dirname "$0")/../support/sandbox" "$0" "$@"
fi

check_ok=0
check_failed=0
check_skipped=0
LC_ALL=C
export LC_ALL
unset NO_COLOR XDG_STATE_HOME
# Who types on a pipe needs a shell that reads no further than its own lines, which dash does not.
SHELL=$(command -v bash)
export SHELL
# Installed lessons are no part of what is tested.
OVL_LESSONS=/nowhere
export OVL_LESSONS
WORK=$(mktemp -d) || exit 1

check_end() {
	status=$1
	trap - EXIT
	rm -rf "$WORK"
	if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
		not_ok "the script reaches its end (it ended with $status)"
	elif [ $((check_ok + check_failed + check_skipped)) = 0 ]; then
		not_ok 'the script checks something'
	fi
	[ "$check_failed" = 0 ] || exit 1
	[ "$check_ok" -gt 0 ] || exit 77
	exit 0
}
trap 'check_end $?' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# ok SENTENCE, not_ok SENTENCE, skip SENTENCE: says it, counts it.
ok() {
	echo "ok - $1"
	check_ok=$((check_ok + 1))
}
not_ok() {
	echo "not ok - $1"
	check_failed=$((check_failed + 1))
	return 0
}
skip() {
	echo "skip - $1"
	check_skipped=$((check_skipped + 1))
}

# skip_all WHY: the test ends here.
skip_all() {
	skip "$1"
	exit 77
}

# needs COMMAND...: the test cannot run without them.
needs() {
	for command in "$@"; do
		command -v "$command" >/dev/null || skip_all "$command is not installed"
	done
}

# kernel_has KIND: whether links of that kind can be made.
kernel_has() {
	ip link add name probe-kind type "$@" 2>/dev/null && ip link del probe-kind
}

# kernel_renames_up: whether a link that is up may get another name (Linux 6.2).
kernel_renames_up() {
	ip link add name probe-kind up type bridge && ip link set probe-kind name probe-other 2>/dev/null &&
		ip link del probe-other || ! ip link del probe-kind
}

# ip_selects WORDS: whether ip's listing can be trusted with them. It finds nothing without a master
# before Linux 5.16, whose filter takes an index only.
ip_selects() {
	case $1 in
	*nomaster*) [ "$(ip link show nomaster)" ] || ! skip "show $1: ip finds nothing on this kernel" ;;
	esac
}

check_show() {
	printf '%s\n' "$1" | sed "s/^/# $2/"
}

# check SENTENCE CMD...: the command succeeds.
check() {
	check_sentence=$1
	shift
	if "$@" >"$WORK/.output" 2>&1; then
		ok "$check_sentence"
	else
		check_show "$* : exit $?"
		check_show "$(cat "$WORK/.output")" '  '
		not_ok "$check_sentence"
	fi
}

# check_fails CODE SENTENCE CMD...: the command exits with CODE; what it said is in $OUTPUT.
check_fails() {
	check_code=$1 check_sentence=$2
	shift 2
	"$@" >"$WORK/.output" 2>&1
	check_status=$?
	OUTPUT=$(cat "$WORK/.output")
	if [ "$check_status" = "$check_code" ]; then
		ok "$check_sentence"
	else
		check_show "$* : exit $check_status, not $check_code"
		check_show "$OUTPUT" '  '
		not_ok "$check_sentence"
	fi
}

# check_error CODE TEXT SENTENCE CMD...: it exits with CODE and stderr contains TEXT.
check_error() {
	check_code=$1 check_text=$2 check_sentence=$3
	shift 3
	"$@" >"$WORK/.output" 2>"$WORK/.error"
	check_status=$?
	OUTPUT=$(cat "$WORK/.error")
	if [ "$check_status" = "$check_code" ] && grep -qFe "$check_text" "$WORK/.error"; then
		ok "$check_sentence"
	else
		check_show "$* : exit $check_status; expected $check_code and '$check_text'"
		check_show "$OUTPUT" '  '
		not_ok "$check_sentence"
	fi
}

# check_equal SENTENCE EXPECTED ACTUAL: two texts are the same.
check_equal() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		printf '%s\n' "$2" >"$WORK/.expected"
		printf '%s\n' "$3" >"$WORK/.actual"
		diff -u --label expected --label actual "$WORK/.expected" "$WORK/.actual" | sed 's/^/# /'
		not_ok "$1"
	fi
}

# check_prints SENTENCE EXPECTED CMD...: it succeeds and its stdout is EXPECTED.
check_prints() {
	check_sentence=$1 check_text=$2
	shift 2
	if OUTPUT=$("$@" 2>"$WORK/.error"); then
		check_equal "$check_sentence" "$check_text" "$OUTPUT"
	else
		check_show "$* : exit $?"
		check_show "$OUTPUT" '  '
		check_show "$(cat "$WORK/.error")" '  '
		not_ok "$check_sentence"
	fi
}

# check_contains SENTENCE PART TEXT, check_lacks SENTENCE PART TEXT
check_contains() {
	case $3 in
	*"$2"*) ok "$1" ;;
	*)
		check_show "'$2' is not in:"
		check_show "$3" '  '
		not_ok "$1"
		;;
	esac
}
check_lacks() {
	case $3 in
	*"$2"*)
		check_show "'$2' is in:"
		check_show "$3" '  '
		not_ok "$1"
		;;
	*) ok "$1" ;;
	esac
}

# check_json SENTENCE EXPECTED ACTUAL: two JSON texts say the same, keys in any order.
check_json() {
	check_equal "$1" "$(printf '%s' "$2" | jq -S .)" "$(printf '%s' "$3" | jq -S . 2>&1)"
}

# check_golden SENTENCE FILE CMD...: what the command prints, both streams and its exit code if it
# is not 0, is what FILE beside the test holds. UPDATE_GOLDEN=yes writes the file anew.
check_golden() {
	check_sentence=$1 check_file=$(dirname "$0")/$2
	shift 2
	"$@" >"$WORK/.output" 2>&1
	check_status=$?
	[ "$check_status" = 0 ] || echo "exit $check_status" >>"$WORK/.output"
	if [ "${UPDATE_GOLDEN-}" ]; then
		mkdir -p "$(dirname "$check_file")"
		cp "$WORK/.output" "$check_file"
	fi
	if diff -u "$check_file" "$WORK/.output" >"$WORK/.diff" 2>&1; then
		ok "$check_sentence"
	else
		sed 's/^/# /' "$WORK/.diff"
		not_ok "$check_sentence"
	fi
}

# wait_for CMD...: until it succeeds, at most 10 s; fails when it never did.
wait_for() {
	for check_turn in $(seq 200); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	check_show "'$*' never came true ($check_turn turns)"
	return 1
}

# private_etc: from here on /etc is a copy that the test may write.
private_etc() {
	mount -t tmpfs tmpfs "$WORK" || return
	cp -a /etc/. "$WORK" 2>/dev/null
	mount --move "$WORK" /etc
}

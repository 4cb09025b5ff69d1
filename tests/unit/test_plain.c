/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a topology file would lose if its picture were printed anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "topology/plain.h"

static void assert_lost(const char *yaml, const char *expected)
{
	CLEANUP(text_clear) struct text lost = { 0 };

	assert_int_equal(topology_is_plain(yaml, strlen(yaml), &lost), !*expected);
	assert_string_equal(text_string(&lost), expected);
}

static void a_plain_file_loses_nothing(void **state)
{
	(void)state;
	assert_lost("ovl: 1\nlab: x\nlinks:\n  d: {type: dummy, addr: [10.0.0.1/24]}\n", "");
	assert_lost("\xef\xbb\xbfovl: 1\r\nlab: x\r\nnetns: {n: {}}\r\n", "");
	assert_lost("---\novl: 1\n...\n", "");
}

static void a_number_sign_in_a_text_is_no_comment(void **state)
{
	(void)state;
	assert_lost("a: b#c\n", "");
	assert_lost("a: 'b # c'\n", "");
	assert_lost("a: \"é # c\"\nb: \"#\"\n", "");
	assert_lost("a: |\n  b # c\n  # d\nb: c\n", "");
	assert_lost("a: >-\n  # d\n", "");
	assert_lost("'#': [\"# a\", b]\n", "");
}

static void comments_are_found_wherever_they_are(void **state)
{
	(void)state;
	assert_lost("# a\nb: c\n", "its comments");
	assert_lost("b: c # a\n", "its comments");
	assert_lost("b: c #\n", "its comments");
	assert_lost("b: c\n#", "its comments");
	assert_lost("b:\n  c: d\n  # a\n", "its comments");
	assert_lost("b:\n# a\n  c: d\n", "its comments");
	assert_lost("b: [c, # a\n d]\n", "its comments");
	assert_lost("b: {c: d, # a\n e: f}\n", "its comments");
	assert_lost("b: |  # a\n  c\n", "its comments");
	assert_lost("b: |\n  c\n# a\nd: e\n", "its comments");
	assert_lost("b:\n  - c\n  # a\n  - d\n", "its comments");
	assert_lost("\xef\xbb\xbf# a\nb: c\n", "its comments");
	assert_lost("b: \"äöü\" # a\n", "its comments");
	assert_lost("b: \"äöü\xe2\x80\xa8x\" \r\n# a\r\n", "its comments");
	assert_lost("--- # a\nb: c\n", "its comments");
	assert_lost("b: c\n... # a\n", "its comments");
}

static void what_is_worked_out_is_lost(void **state)
{
	(void)state;
	assert_lost("vars: {n: 3}\nlinks: {a: {mtu: $(n)}}\n", "its variables and its expressions");
	assert_lost("links: {\"a$(i=1..3)\": {mtu: \"$(i)\"}}\n",
		    "its repetition and its expressions");
	assert_lost("links: {a: {addr: [10.0.0.$(i=1..3)/24]}}\n", "its repetition");
	assert_lost("links: {a: {alias: \"$$(x)\"}}\n", "");
	assert_lost("links: {a: {alias: \"$$$(x)\"}}\n", "its expressions");
}

static void what_stands_for_others_is_lost(void **state)
{
	(void)state;
	assert_lost("defaults: {veth: {mtu: 9}}\n", "its defaults");
	assert_lost("netns: {a: {defaults: {veth: {mtu: 9}}}}\n", "its defaults");
	assert_lost("links: {defaults: {type: dummy}}\nnetns: {defaults: {}}\n", "");
	assert_lost("# a\nhosts: {a: {netns: {b: {defaults: {}}}}}\nsegments: {s: [a/b]}\nwires: "
		    "[]\n",
		    "its comments, its defaults, its hosts, its segments and its wires");
}

static void what_is_no_file_is_not_plain(void **state)
{
	(void)state;
	assert_lost("a: [\n", "all of it");
	assert_lost("", "all of it");
	assert_lost("a: &b c\n", "all of it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_file_loses_nothing),
		cmocka_unit_test(a_number_sign_in_a_text_is_no_comment),
		cmocka_unit_test(comments_are_found_wherever_they_are),
		cmocka_unit_test(what_is_worked_out_is_lost),
		cmocka_unit_test(what_stands_for_others_is_lost),
		cmocka_unit_test(what_is_no_file_is_not_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

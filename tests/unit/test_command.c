/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which command and verb a word means, and what every command keeps to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/list.h"
#include "support/fake_run.h"

static void assert_means(const char *word, const char *command)
{
	struct error error = { 0 };
	const struct command *found = command_find(&command_all, word, &error);

	if (!found)
		fail_msg("%s: %s", word, error.text);
	assert_string_equal(found->name, command);
}

static void iproute2s_short_forms_keep_their_meaning(void **state)
{
	(void)state;
	assert_means("a", "addr");
	assert_means("address", "addr");
	assert_means("l", "link");
	assert_means("r", "route");
	assert_means("ro", "route");
	assert_means("n", "arp");
	assert_means("neigh", "arp");
	assert_means("neighbor", "arp");
	assert_means("neighbour", "arp");
	assert_means("netns", "netns");
	assert_means("netn", "netns");
	assert_means("br", "bridge");
	assert_means("mon", "monitor");
	assert_means("f", "fdb");
}

static void a_word_that_fits_several_objects_lists_them(void **state)
{
	struct error error = { 0 };

	(void)state;
	assert_null(command_find(&command_all, "v", &error));
	assert_string_equal(error.text, "object 'v' is ambiguous: veth, vxlan");
	assert_int_equal(error.exit, EXIT_USAGE);
}

static void a_word_that_fits_none_suggests_the_nearest(void **state)
{
	struct error error = { 0 };

	(void)state;
	assert_null(command_find(&command_all, "brigde", &error));
	assert_string_equal(error.text, "there is no object 'brigde' (did you mean 'bridge'?)");
	assert_null(command_find(&command_all, "", &error));
	assert_string_equal(error.text, "there is no object ''");
}

static const char *verb_of(const char *command, const char *word, struct error *error)
{
	const struct verb *verb =
		verb_find(command_find(&command_all, command, error), word, false, error);

	return verb ? verb->name : NULL;
}

static void verbs_have_iproute2s_short_forms(void **state)
{
	static const struct {
		const char *command, *word, *verb;
	} forms[] = {
		{ "link", "a", "add" },      { "link", "s", "set" },
		{ "link", "delete", "del" }, { "link", "list", "show" },
		{ "link", "ls", "show" },    { "link", "lst", "show" },
		{ "link", "sh", "show" },    { "link", "d", "del" },
		{ "addr", "s", "show" },     { "addr", "a", "add" },
		{ "addr", "list", "show" },  { "route", "s", "show" },
		{ "route", "del", "del" },   { "route", "a", "add" },
		{ "arp", "s", "show" },      { "arp", "rep", "replace" },
		{ "fdb", "ap", "append" },   { "netns", "e", "exec" },
		{ "netns", "list", "show" }, { "bridge", "addbr", "add" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct error error = { 0 };
		const char *verb = verb_of(forms[i].command, forms[i].word, &error);

		if (!verb)
			fail_msg("%s %s: %s", forms[i].command, forms[i].word, error.text);
		assert_string_equal(verb, forms[i].verb);
	}
}

static void flush_is_never_abbreviated(void **state)
{
	static const char *const commands_with[] = { "addr", "arp", "fdb", "route" };
	static const char *const words[] = { "f", "fl", "flu", "flus" };

	(void)state;
	for (size_t c = 0; c < 4; c++) {
		struct error error = { 0 };

		for (size_t w = 0; w < 4; w++)
			assert_null(verb_of(commands_with[c], words[w], &error));
		assert_string_equal(verb_of(commands_with[c], "flush", &error), "flush");
	}
}

static void an_ambiguous_verb_lists_the_candidates(void **state)
{
	struct error error = { 0 };

	(void)state;
	assert_null(verb_of("bridge", "de", &error));
	assert_string_equal(error.text, "verb 'de' is ambiguous: del, delif");
	assert_string_equal(verb_of("bridge", "addi", &error), "addif");
	assert_string_equal(verb_of("vxlan", "re", &error), "remote");
}

static void an_empty_word_is_no_verb(void **state)
{
	(void)state;
	for (size_t c = 0; c < command_all.count; c++) {
		struct error error = { 0 };

		/* What has no verbs takes its arguments at once. */
		if (!*command_all.items[c]->verbs[0].name)
			continue;
		assert_null(verb_of(command_all.items[c]->name, "", &error));
		assert_int_equal(error.exit, EXIT_USAGE);
	}
}

static void every_verb_is_found_by_its_name_and_by_no_other(void **state)
{
	(void)state;
	for (size_t c = 0; c < command_all.count; c++) {
		const struct command *command = command_all.items[c];
		struct error error = { 0 };

		assert_ptr_equal(command_find(&command_all, command->name, &error), command);
		for (size_t v = 0; v < command->verbs_count; v++) {
			const struct verb *verb = &command->verbs[v];

			assert_ptr_equal(verb_find(command, verb->name, false, &error), verb);
			assert_non_null(verb->run);
			assert_non_null(verb->help);
			/* What only shows is no verb for --all-netns to refuse. */
			assert_false((verb->traits & VERB_EVERYWHERE) &&
				     !(verb->traits & VERB_CHANGES));
		}
	}
}

static void help_is_a_word_everywhere(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t c = 0; c < command_all.count; c++) {
		char line[64];

		snprintf(line, sizeof(line), "%s help", command_all.items[c]->name);
		assert_int_equal(run_line(&run, line), 0);
		assert_non_null(strstr(text_string(&run.out), command_all.items[c]->name));
		for (size_t v = 0; v < command_all.items[c]->verbs_count; v++) {
			snprintf(line, sizeof(line), "%s %s help", command_all.items[c]->name,
				 command_all.items[c]->verbs[v].name);
			assert_int_equal(run_line(&run, line), 0);
			assert_true(run.out.length > 0);
		}
	}
}

static void all_namespaces_are_shown_not_changed(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t c = 0; c < command_all.count; c++)
		for (size_t v = 0; v < command_all.items[c]->verbs_count; v++) {
			const struct verb *verb = &command_all.items[c]->verbs[v];
			char line[64];

			if (!(verb->traits & VERB_CHANGES) || (verb->traits & VERB_EVERYWHERE))
				continue;
			snprintf(line, sizeof(line), "-A %s %s x", command_all.items[c]->name,
				 verb->name);
			assert_int_equal(run_line(&run, line), -EINVAL);
			assert_non_null(strstr(run.error.text, "--all-netns"));
			assert_int_equal(fake_kernel.sends, 0);
		}
}

static void a_wrong_line_sends_nothing(void **state)
{
	static const char *const lines[] = {
		"link set v0 upp",
		"link set v0 mtu 1400 mtu 1500",
		"link set v0 mtu 99999999999999999999",
		"link set v0 mtu",
		"link set",
		"link set v0",
		"link set nope up",
		"link add x type nope",
		"link add x",
		"link add 0123456789abcdef type bridge",
		"link add a/b type bridge",
		"link del",
		"link del nope",
		"link show nope",
		"veth add",
		"veth add v5 pear v6",
		"veth set br0 up",
		"bridge addif br0",
		"bridge addif v0 v1",
		"bridge addif br0 nope",
		"bridge delif br0 v1",
		"bridge port set v1 isolated on",
		"vxlan add x",
		"vxlan add x id 16777216",
		"vxlan add x id 1 id 2",
		"vxlan remote add vx0 10.0.0",
		"vxlan remote add vx0 224.0.0.1",
		"vxlan vni add vx0 5",
		"vxlan vni add vf0 9-5",
		"addr add 10.0.0.1/33 dev v0",
		"addr add 10.0.0.1/24",
		"addr add dev v0",
		"addr add fd00::1/64 brd + dev v0",
		"addr flush",
		"fdb add 02:00:00:00:00 dev vx0",
		"fdb add 02:00:00:00:00:01",
		"fdb add 02:00:00:00:00:01 dev nope",
		"fdb flush",
		"arp add 10.0.0.1 dev v0",
		"arp add 10.0.0.1 lladdr xx dev v0",
		"arp flush",
		"route add 10.0.0.0/8 via",
		"route add 10.0.0.0/8 dev nope",
		"route flush",
		"netns add",
		"netns add a/b",
		"netns set a -5",
		"frobnicate",
	};
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		fake_kernel_reset();
		if (run_line(&run, lines[i]) >= 0)
			fail_msg("'%s' is accepted", lines[i]);
		if (run.error.exit != EXIT_USAGE)
			fail_msg("'%s': exit %d: %s", lines[i], run.error.exit, run.error.text);
		if (fake_kernel.changes)
			fail_msg("'%s' sends", lines[i]);
		assert_true(*run.error.text);
	}
}

static void a_lookup_does_not_last_longer_than_the_next_change(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	fake_kernel_reset();
	assert_int_equal(run_line(&run, "bridge addif br0 v1 vf0"), 0);
	assert_int_equal(fake_kernel.changes, 2);
}

static void a_torn_list_of_links_is_read_again(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	fake_kernel_reset();
	fake_kernel.torn = 4;
	assert_int_equal(run_line(&run, "-br link show"), 0);
	assert_int_equal(fake_kernel.dumps, 5);
	assert_non_null(strstr(text_string(&run.out), "vx0"));
	/* Each link once. */
	assert_null(strstr(strstr(run.out.bytes, "vx0") + 1, "vx0"));
	fake_kernel.torn = 5;
	assert_true(run_line(&run, "-br link show") < 0);
	assert_int_equal(run.error.exit, EXIT_REFUSED);
	assert_string_equal(run.error.text, "the link table changed while it was read, 5 times");
	assert_int_equal(run.out.length, 0);
}

static void a_torn_stream_is_said_to_be(void **state)
{
	static const char *const lines[] = { "fdb show",    "arp show",       "route show",
					     "-j fdb show", "vxlan vni show", "-j vxlan vni show" };
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		fake_kernel_reset();
		fake_kernel.torn = 1;
		assert_true(run_line(&run, lines[i]) < 0);
		assert_int_equal(run.error.exit, EXIT_REFUSED);
		assert_non_null(strstr(run.error.text, "changed while it was listed"));
	}
}

static void a_torn_dump_flushes_nothing(void **state)
{
	static const char *const lines[] = { "fdb flush dev vx0 via v0", "arp flush dev v0",
					     "addr flush dev v0", "route flush table 5" };
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		fake_kernel_reset();
		fake_kernel.torn = 100;
		assert_true(run_line(&run, lines[i]) < 0);
		assert_int_equal(run.error.exit, EXIT_REFUSED);
		assert_int_equal(fake_kernel.changes, 0);
	}
}

static void a_table_that_cannot_be_emptied_is_read(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	fake_kernel_reset();
	assert_int_equal(run_line(&run, "fdb flush dev vx0 self"), 0);
	assert_int_equal(fake_kernel.changes, 1);
	assert_int_equal(fake_kernel.dumps, 0);
	for (size_t i = 0; i < 2; i++) {
		fake_kernel_reset();
		fake_kernel.refused = 1;
		fake_kernel.refused_with = i ? EINVAL : EOPNOTSUPP;
		assert_int_equal(run_line(&run, "fdb flush dev vx0 self"), 0);
		assert_int_equal(fake_kernel.dumps, 1);
	}
	fake_kernel_reset();
	fake_kernel.refused = 1;
	fake_kernel.refused_with = EPERM;
	assert_true(run_line(&run, "fdb flush dev vx0 self") < 0);
	assert_int_equal(run.error.exit, EXIT_REFUSED);
	assert_int_equal(fake_kernel.changes, 1);
	/* What no dump tells nothing else can choose by. */
	fake_kernel_reset();
	fake_kernel.refused = 1;
	fake_kernel.refused_with = EOPNOTSUPP;
	assert_true(run_line(&run, "fdb flush dev vx0 self added_by_user") < 0);
	assert_int_equal(run.error.exit, EXIT_REFUSED);
	assert_int_equal(fake_kernel.changes, 1);
}

static void an_entry_without_a_table_is_tried_as_a_ports(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	fake_kernel_reset();
	assert_int_equal(run_line(&run, "fdb add 02:00:00:00:00:01 dev v0"), 0);
	assert_int_equal(fake_kernel.sends, 1);
	fake_kernel_reset();
	fake_kernel.refused = 1;
	fake_kernel.refused_with = EOPNOTSUPP;
	assert_int_equal(run_line(&run, "fdb add 02:00:00:00:00:01 dev vf0"), 0);
	assert_int_equal(fake_kernel.changes, 2);
	fake_kernel_reset();
	fake_kernel.refused = 1;
	fake_kernel.refused_with = EEXIST;
	assert_true(run_line(&run, "fdb add 02:00:00:00:00:01 dev v0") < 0);
	assert_int_equal(fake_kernel.changes, 1);
}

static int clean_up(void **state)
{
	(void)state;
	fake_kernel_reset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iproute2s_short_forms_keep_their_meaning),
		cmocka_unit_test(a_word_that_fits_several_objects_lists_them),
		cmocka_unit_test(a_word_that_fits_none_suggests_the_nearest),
		cmocka_unit_test(verbs_have_iproute2s_short_forms),
		cmocka_unit_test(flush_is_never_abbreviated),
		cmocka_unit_test(an_ambiguous_verb_lists_the_candidates),
		cmocka_unit_test(an_empty_word_is_no_verb),
		cmocka_unit_test(every_verb_is_found_by_its_name_and_by_no_other),
		cmocka_unit_test(help_is_a_word_everywhere),
		cmocka_unit_test(all_namespaces_are_shown_not_changed),
		cmocka_unit_test(a_wrong_line_sends_nothing),
		cmocka_unit_test(a_lookup_does_not_last_longer_than_the_next_change),
		cmocka_unit_test(a_torn_list_of_links_is_read_again),
		cmocka_unit_test(a_torn_stream_is_said_to_be),
		cmocka_unit_test(a_torn_dump_flushes_nothing),
		cmocka_unit_test(a_table_that_cannot_be_emptied_is_read),
		cmocka_unit_test(an_entry_without_a_table_is_tried_as_a_ports),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}

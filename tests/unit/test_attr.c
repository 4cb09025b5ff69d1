/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"

struct sample {
	struct attr_set asked;
	uint32_t vni;
	uint32_t mtu;
	uint8_t nud;
	uint8_t flags;
	bool learning;
	bool snooping;
	bool gbp;
	bool up;
	struct address group;
	struct link_name dev;
	struct label alias;
	struct prefix to;
	struct port_range srcport;
	uint64_t seen;
};

static const struct keyword states[] = {
	{ "permanent", 128, "PERMANENT" },
	{ "noarp", 64, "NOARP" },
	{ "static", 64, 0 },
	{ 0 },
};
static const struct keyword up_or_down[] = { { "up", 1, 0 }, { "down", 0, 0 }, { 0 } };

static const struct attr rows[] = {
	ATTR(sample, vni, .name = "id", .alias = "vni identity", .max = 0xffffff),
	ATTR(sample, mtu, .name = "mtu", .min = 68),
	ATTR(sample, nud, .name = "nud", .keywords = states, .traits = ATTR_BARE, .usage = "STATE"),
	ATTR(sample, flags, .name = "nomask", .traits = ATTR_HEX, .json = "mask"),
	ATTR(sample, learning, .name = "learning", .alias = "learn", .traits = ATTR_BOOL_WORD),
	ATTR(sample, snooping, .name = "snooping", .traits = ATTR_BOOL_NUMBER),
	ATTR(sample, gbp, .name = "gbp", .traits = ATTR_FLAG | ATTR_PRESENCE),
	ATTR(sample, up, .name = "up", .json = "UP", .list = "flags", .keywords = up_or_down,
	     .traits = ATTR_BARE),
	ATTR(sample, group, .name = "group", .json6 = "group6"),
	ATTR(sample, dev, .name = "dev", .json = "link"),
	ATTR(sample, alias, .name = "alias"),
	ATTR(sample, to, .name = "to", .json = "dst"),
	ATTR(sample, srcport, .name = "srcport", .json = "port_range"),
	ATTR(sample, seen, .name = "seen", .traits = ATTR_STATUS | ATTR_HIDDEN),
};
static const struct attr_extra extras[] = { ATTR_EXTRA(sample, asked) };
static const struct attr_table table = ATTR_TABLE(sample, "sample", rows, extras);

struct fixture {
	struct attr_context context;
	struct error error;
	struct sample sample;
	struct text text;
	char buffer[512];
	char *words[32];
	struct words cursor;
};

static int fixture_set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .context.names = names_new() };
	*state = &fixture;
	return 0;
}

static int fixture_tear_down(void **state)
{
	struct fixture *fixture = *state;

	names_free(&fixture->context.names);
	text_clear(&fixture->text);
	return 0;
}

/* Takes attributes from the line until a word is none; the last result. */
static int take(struct fixture *f, const char *line)
{
	size_t count = 0;
	int r;

	assert_true(strlen(line) < sizeof(f->buffer));
	strcpy(f->buffer, line);
	for (char *word = strtok(f->buffer, " "); word; word = strtok(NULL, " "))
		f->words[count++] = word;
	f->cursor = (struct words){ .at = f->words, .left = count };
	f->sample = (struct sample){ 0 };
	error_clear(&f->error);
	do {
		r = attr_take(&table, &f->context, &f->sample, &f->cursor, &f->error);
	} while (r > 0);
	return r;
}

static void assert_taken(struct fixture *f, const char *line)
{
	if (take(f, line) < 0)
		fail_msg("%s: %s", line, f->error.text);
	assert_int_equal(f->cursor.left, 0);
}

static void assert_refused(struct fixture *f, const char *line, const char *message)
{
	assert_int_equal(take(f, line), -EINVAL);
	assert_string_equal(f->error.text, message);
	assert_int_equal(f->error.exit, EXIT_USAGE);
}

static const char *printed(struct fixture *f, const char *name, enum attr_style style)
{
	text_cut(&f->text, 0);
	attr_print(attr_find(&table, name), &f->context, &f->sample, style, &f->text);
	return text_string(&f->text);
}

static const char *raw(struct fixture *f, const char *name)
{
	text_cut(&f->text, 0);
	attr_print_raw(attr_find(&table, name), &f->context, &f->sample, &f->text);
	return text_string(&f->text);
}

static const char *shown(struct fixture *f, const char *name)
{
	text_cut(&f->text, 0);
	attr_print_value(attr_find(&table, name), &f->context, &f->sample, &f->text);
	return text_string(&f->text);
}

static const char *json_of(struct fixture *f, const char *name)
{
	struct json json = { .out = &f->text };

	text_cut(&f->text, 0);
	json_open_object(&json, NULL);
	attr_json(attr_find(&table, name), &f->context, &f->sample, &json);
	json_close_object(&json);
	return text_string(&f->text);
}

static const char *usage_of(struct fixture *f, const char *name)
{
	text_cut(&f->text, 0);
	attr_usage(attr_find(&table, name), &f->text);
	return text_string(&f->text);
}

static void a_line_of_attributes_is_taken_word_by_word(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "id 42 mtu 1450 permanent nolearning snooping 1 gbp up dev eth0");
	assert_int_equal(f->sample.vni, 42);
	assert_int_equal(f->sample.mtu, 1450);
	assert_int_equal(f->sample.nud, 128);
	assert_false(f->sample.learning);
	assert_true(f->sample.snooping);
	assert_true(f->sample.gbp);
	assert_true(f->sample.up);
	assert_string_equal(names_text(f->context.names, f->sample.dev.id), "eth0");
	assert_true(ATTR_HAS(&table, sample, &f->sample, learning));
	assert_false(ATTR_HAS(&table, sample, &f->sample, group));
}

static void a_foreign_word_is_left_where_it_is(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(take(f, "id 42 via 10.0.0.1"), 0);
	assert_string_equal(words_peek(&f->cursor), "via");
	assert_int_equal(f->cursor.left, 2);
}

static void each_spelling_finds_its_row(void **state)
{
	bool negated;

	(void)state;
	assert_ptr_equal(attr_find_word(&table, "identity", &negated), &rows[0]);
	assert_ptr_equal(attr_find_word(&table, "nolearning", &negated), &rows[4]);
	assert_true(negated);
	assert_ptr_equal(attr_find_word(&table, "nolearn", &negated), &rows[4]);
	assert_ptr_equal(attr_find_word(&table, "static", &negated), &rows[2]);
	assert_false(negated);
	assert_ptr_equal(attr_find_word(&table, "nomask", &negated), &rows[3]);
	assert_false(negated);
	assert_ptr_equal(attr_find_word(&table, "down", &negated), &rows[7]);
	assert_true(attr_is_called(&rows[0], "vni"));
	assert_false(attr_is_called(&rows[0], "vn"));
	assert_false(attr_is_called(&rows[0], "vni identity"));
	assert_false(attr_is_called(&rows[0], ""));
}

static void what_is_no_spelling_finds_nothing(void **state)
{
	static const char *const words[] = { "",   "i",     "idx",   "vn",   "vni identity",
					     "no", "nogbp", "nomtu", "noup", "seen" };
	bool negated = true;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		assert_null(attr_find_word(&table, words[i], &negated));
		assert_false(negated);
	}
	assert_non_null(attr_find(&table, "seen"));
}

static void a_mark_a_drop_and_a_null_are_told_apart(void **state)
{
	struct sample sample = { .mtu = 1500 };
	const struct attr *mtu = ATTR_ROW(&table, sample, mtu);

	(void)state;
	assert_false(attr_has(&table, &sample, mtu));
	sample.asked.null = attr_bit(&table, mtu);
	attr_mark(&table, &sample, mtu);
	assert_true(attr_has(&table, &sample, mtu));
	assert_int_equal(sample.asked.null, 0);
	attr_drop(&table, &sample, mtu);
	assert_false(attr_has(&table, &sample, mtu));
	assert_int_equal(sample.mtu, 0);
	assert_true(attr_is_zero(mtu, &sample));
}

static void values_are_equal_when_their_bytes_are(void **state)
{
	struct sample a = { .mtu = 1500 }, b = { .mtu = 1500, .vni = 1 };

	(void)state;
	assert_true(attr_equal(ATTR_ROW(&table, sample, mtu), &a, &b));
	assert_false(attr_equal(ATTR_ROW(&table, sample, vni), &a, &b));
}

static void a_missing_value_is_named_with_what_is_expected(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, "mtu", "'mtu' needs a value: 68-4294967295");
	assert_refused(f, "vni", "'vni' needs a value: 0-16777215");
	assert_refused(f, "dev", "'dev' needs a value: DEV");
	assert_refused(f, "snooping", "'snooping' needs a value: {on|off}");
	assert_refused(f, "srcport 1", "'srcport' needs a value: LOW HIGH");
}

static void a_wrong_value_is_named_with_the_nearest_known_word(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, "mtu 99x", "mtu: '99x' is no number");
	assert_refused(f, "vni 16777216", "vni 16777216 is above 16777215");
	assert_refused(f, "mtu 67", "mtu 67 is below 68");
	assert_refused(f, "mtu 99999999999999999999",
		       "mtu 99999999999999999999 is above 4294967295");
	assert_refused(f, "nud permanet",
		       "nud: 'permanet' is no state (did you mean 'permanent'?)");
	assert_refused(f, "nud zzzzzzzz",
		       "nud: 'zzzzzzzz' is no state (known: permanent, noarp, static)");
	assert_refused(f, "snooping onn",
		       "snooping: 'onn' is neither on nor off (did you mean 'on'?)");
}

static void a_row_given_twice_is_refused_however_it_is_spelled(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, "mtu 1500 mtu 1500", "'mtu' is given twice");
	assert_refused(f, "id 1 vni 1", "'id' is given twice: 'vni' sets it again");
	assert_refused(f, "permanent static", "'nud' is given twice: 'static' sets it again");
	assert_refused(f, "learning nolearning",
		       "'learning' is given twice: 'nolearning' sets it again");
}

static void a_refused_value_leaves_the_object_unmarked(void **state)
{
	struct fixture *f = *state;

	take(f, "mtu 67");
	assert_int_equal(f->sample.mtu, 0);
	assert_int_equal(f->sample.asked.value, 0);
}

static void a_word_alone_switches_on_where_iproute2_reads_it_so(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "learning mtu 1500");
	assert_true(f->sample.learning);
	assert_taken(f, "learning off");
	assert_false(f->sample.learning);
	assert_taken(f, "learn 1 gbp");
	assert_true(f->sample.learning && f->sample.gbp);
	assert_taken(f, "nosnooping");
	assert_false(f->sample.snooping);
	assert_true(ATTR_HAS(&table, sample, &f->sample, snooping));
}

static void bools_are_printed_as_each_tool_spells_them(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "learning on snooping on gbp up");
	assert_string_equal(printed(f, "learning", ATTR_STYLE_OVL), "learning on");
	assert_string_equal(printed(f, "learning", ATTR_STYLE_IP), "learning");
	assert_string_equal(printed(f, "snooping", ATTR_STYLE_OVL), "snooping on");
	assert_string_equal(printed(f, "snooping", ATTR_STYLE_IP), "snooping 1");
	assert_string_equal(printed(f, "gbp", ATTR_STYLE_OVL), "gbp");
	assert_string_equal(printed(f, "gbp", ATTR_STYLE_IP), "gbp");
	assert_string_equal(printed(f, "up", ATTR_STYLE_IP), "up");
	assert_taken(f, "nolearning snooping off down");
	assert_string_equal(printed(f, "learning", ATTR_STYLE_OVL), "learning off");
	assert_string_equal(printed(f, "learning", ATTR_STYLE_IP), "nolearning");
	assert_string_equal(printed(f, "snooping", ATTR_STYLE_IP), "snooping 0");
	assert_string_equal(printed(f, "up", ATTR_STYLE_OVL), "down");
	assert_string_equal(raw(f, "up"), "off");
}

static void a_bare_keyword_stands_without_its_word(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "static");
	assert_string_equal(printed(f, "nud", ATTR_STYLE_OVL), "noarp");
	assert_string_equal(shown(f, "nud"), "NOARP");
	assert_taken(f, "nud 3");
	assert_string_equal(printed(f, "nud", ATTR_STYLE_OVL), "nud 3");
	assert_string_equal(shown(f, "nud"), "3");
}

static void a_text_stays_one_word_of_a_shell_script(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "alias x;reboot");
	assert_string_equal(printed(f, "alias", ATTR_STYLE_IP), "alias 'x;reboot'");
	assert_taken(f, "alias it's");
	assert_string_equal(printed(f, "alias", ATTR_STYLE_IP), "alias 'it'\\''s'");
	assert_taken(f, "alias ovl:demo srcport 1 2");
	assert_string_equal(printed(f, "alias", ATTR_STYLE_IP), "alias ovl:demo");
	assert_string_equal(printed(f, "srcport", ATTR_STYLE_IP), "srcport 1 2");
}

static void a_terminal_sees_escapes_where_a_file_gets_the_bytes(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "alias \x1b[2J\\");
	assert_string_equal(shown(f, "alias"), "\\x1b[2J\\\\");
	assert_string_equal(raw(f, "alias"), "\x1b[2J\\");
	assert_string_equal(json_of(f, "alias"), "{\"alias\":\"\\u001b[2J\\\\\"}");
}

static void the_default_of_ipv6_is_told_apart_in_a_file(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "to ::/0");
	assert_string_equal(shown(f, "to"), "default");
	assert_string_equal(raw(f, "to"), "::/0");
	f->context.family = IPV6;
	assert_string_equal(raw(f, "to"), "default");
	assert_taken(f, "to default");
	assert_int_equal(f->sample.to.family, IPV6);
	f->context.family = 0;
	assert_taken(f, "to default");
	assert_int_equal(f->sample.to.family, IPV4);
	assert_string_equal(raw(f, "to"), "default");
}

static void json_has_iproute2s_keys_and_types(void **state)
{
	struct fixture *f = *state;

	assert_taken(f, "id 7 static nomask 0x18 learning snooping on gbp group ff05::1 to 10/8");
	assert_string_equal(json_of(f, "id"), "{\"id\":7}");
	assert_string_equal(json_of(f, "nud"), "{\"nud\":\"NOARP\"}");
	assert_string_equal(json_of(f, "nomask"), "{\"mask\":\"0x18\"}");
	assert_string_equal(json_of(f, "learning"), "{\"learning\":true}");
	assert_string_equal(json_of(f, "snooping"), "{\"snooping\":1}");
	assert_string_equal(json_of(f, "gbp"), "{\"gbp\":true}");
	assert_string_equal(json_of(f, "group"), "{\"group6\":\"ff05::1\"}");
	assert_string_equal(json_of(f, "to"), "{\"dst\":\"10.0.0.0/8\"}");
	assert_string_equal(json_of(f, "seen"), "{}");
	assert_taken(f, "group 239.1.1.1 nomask 0 nolearning srcport 1 2");
	assert_string_equal(json_of(f, "group"), "{\"group\":\"239.1.1.1\"}");
	assert_string_equal(json_of(f, "nomask"), "{\"mask\":\"0\"}");
	assert_string_equal(json_of(f, "learning"), "{\"learning\":false}");
	assert_string_equal(json_of(f, "gbp"), "{}");
	assert_string_equal(json_of(f, "srcport"), "{\"port_range\":{\"low\":1,\"high\":2}}");
}

static void an_element_of_a_list_has_no_key(void **state)
{
	struct fixture *f = *state;
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	assert_taken(f, "up");
	json_open_array(&json, NULL);
	attr_json(attr_find(&table, "up"), &f->context, &f->sample, &json);
	f->sample.up = false;
	attr_json(attr_find(&table, "up"), &f->context, &f->sample, &json);
	json_close_array(&json);
	assert_string_equal(text_string(&text), "[\"UP\"]");
}

static void the_usage_says_what_stands_for_the_value(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(usage_of(f, "id"), "0-16777215");
	assert_string_equal(usage_of(f, "nud"), "STATE");
	assert_string_equal(usage_of(f, "nomask"), "NUMBER");
	assert_string_equal(usage_of(f, "learning"), "{on|off}");
	assert_string_equal(usage_of(f, "gbp"), "");
	assert_string_equal(usage_of(f, "up"), "{up|down}");
	assert_string_equal(usage_of(f, "srcport"), "LOW HIGH");
}

static void integers_of_any_width_are_read_and_written(void **state)
{
	static const size_t sizes[] = { 1, 2, 4, 8 };
	uint8_t bytes[9];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		memset(bytes, 0xee, sizeof(bytes));
		attr_set_integer(bytes + 1, sizes[i], 0x1122334455667788);
		assert_int_equal(attr_integer(bytes + 1, sizes[i]),
				 0x1122334455667788 & (UINT64_MAX >> (64 - 8 * sizes[i])));
		assert_int_equal(bytes[0], 0xee);
		if (sizes[i] < 8)
			assert_int_equal(bytes[1 + sizes[i]], 0xee);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_attributes_is_taken_word_by_word),
		cmocka_unit_test(a_foreign_word_is_left_where_it_is),
		cmocka_unit_test(each_spelling_finds_its_row),
		cmocka_unit_test(what_is_no_spelling_finds_nothing),
		cmocka_unit_test(a_mark_a_drop_and_a_null_are_told_apart),
		cmocka_unit_test(values_are_equal_when_their_bytes_are),
		cmocka_unit_test(a_missing_value_is_named_with_what_is_expected),
		cmocka_unit_test(a_wrong_value_is_named_with_the_nearest_known_word),
		cmocka_unit_test(a_row_given_twice_is_refused_however_it_is_spelled),
		cmocka_unit_test(a_refused_value_leaves_the_object_unmarked),
		cmocka_unit_test(a_word_alone_switches_on_where_iproute2_reads_it_so),
		cmocka_unit_test(bools_are_printed_as_each_tool_spells_them),
		cmocka_unit_test(a_bare_keyword_stands_without_its_word),
		cmocka_unit_test(a_text_stays_one_word_of_a_shell_script),
		cmocka_unit_test(a_terminal_sees_escapes_where_a_file_gets_the_bytes),
		cmocka_unit_test(the_default_of_ipv6_is_told_apart_in_a_file),
		cmocka_unit_test(json_has_iproute2s_keys_and_types),
		cmocka_unit_test(an_element_of_a_list_has_no_key),
		cmocka_unit_test(the_usage_says_what_stands_for_the_value),
		cmocka_unit_test(integers_of_any_width_are_read_and_written),
	};

	return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* $(EXPR): what it is worth, what it cannot be, and where in the text that is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "topology/expression.h"

static const struct scope net = { NULL, "net", "10.1.0.0", NULL };
static const struct scope name = { &net, "name", "red", NULL };
static const struct scope mac = { &name, "mac", "ae-00-00-00-00-0b", NULL };
static const struct scope below = { &mac, "below", "-5", NULL };
static const struct scope scope = { &below, "i", "7", NULL };

static void assert_worth(const char *text, const char *expected)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct error error = { 0 };
	size_t offset = 0;

	assert_int_equal(expression_expand(text, &scope, &out, &offset, &error), 0);
	assert_string_equal(text_string(&out), expected);
}

static void assert_no_worth(const char *text, const char *message, size_t where)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct error error = { 0 };
	size_t offset = 0;

	assert_int_equal(expression_expand(text, &scope, &out, &offset, &error), -EINVAL);
	assert_string_equal(error.text, message);
	assert_int_equal(error.exit, EXIT_USAGE);
	assert_int_equal(offset, where);
}

static void text_without_a_dollar_stays_as_it_is(void **state)
{
	(void)state;
	assert_worth("", "");
	assert_worth("10.0.0.1/24 dev eth0", "10.0.0.1/24 dev eth0");
	assert_worth("$$(i)", "$(i)");
}

static void a_repetition_counts_below_zero(void **state)
{
	const int64_t count = -2;
	const struct scope counting = { NULL, "k", NULL, &count };
	CLEANUP(text_clear) struct text out = { 0 };
	struct error error = { 0 };
	size_t offset = 0;

	(void)state;
	assert_int_equal(expression_expand("$(k=-2..2) $(k * 3)", &counting, &out, &offset, &error),
			 0);
	assert_string_equal(text_string(&out), "-2 -6");
}

static void numbers_are_added_multiplied_divided(void **state)
{
	(void)state;
	assert_worth("v$(i)", "v7");
	assert_worth("$(below)", "-5");
	assert_worth("$(i + below) $(below * below)", "2 25");
	assert_worth("$(i + 2 * 3)", "13");
	assert_worth("$((i + 2) * 3)", "27");
	assert_worth("$(i / 2)-$(i % 2)-$(-i + 1)", "3-1--6");
	assert_worth("$(0x10 - 1)", "15");
}

static void addresses_and_macs_move_by_numbers(void **state)
{
	(void)state;
	assert_worth("$(10.1.0.0 + i)/16", "10.1.0.7/16");
	assert_worth("$(net + 256 * i)", "10.1.7.0");
	assert_worth("$(i + net)", "10.1.0.7");
	assert_worth("$(02:00:00:00:00:ff + i)", "02:00:00:00:01:06");
	assert_worth("$(a200.0000.00ff + i)", "a2:00:00:00:01:06");
	assert_worth("$(mac + 1)", "ae:00:00:00:00:0c");
	assert_worth("$(fd00::ffff + 1)", "fd00::1:0");
	assert_worth("$(10.1.0.0 - 1)", "10.0.255.255");
}

static void a_text_is_put_and_not_reckoned_with(void **state)
{
	(void)state;
	assert_worth("$(name)0", "red0");
	assert_no_worth("$(name + 1)", "'red' is no number and no address", 10);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	(void)state;
	assert_no_worth("a$(j)", "there is no variable 'j'", 3);
	assert_no_worth("a$(i", "$( is not closed", 1);
	assert_no_worth("a$i", "a single $ means nothing: $(…) is an expression, $$ a dollar", 1);
	assert_no_worth("$(i / 0)", "division by zero", 7);
	assert_no_worth("$()", "the expression ends too early", 2);
	assert_no_worth("$(255.255.255.255 + 1)", "the address leaves its family", 21);
	assert_no_worth("$(net * 2)", "an address can only be moved by a number with + and -", 9);
	assert_no_worth("$(9223372036854775807 + i)", "the number is too large", 25);
	assert_no_worth(
		"$(k=1..2)",
		"a repetition has no place here: a key of links, netns, hosts or segments or "
		"an entry of a list repeats",
		0);
}

static int find(const char *text, struct repetition *found, size_t *count, size_t *offset,
		struct error *error)
{
	*count = 0;
	return repetition_find(text, &scope, found, count, offset, error);
}

static void repetitions_are_found_with_their_ends(void **state)
{
	struct repetition found[REPETITIONS];
	struct error error = { 0 };
	size_t count, offset;

	(void)state;
	assert_int_equal(find("v$(a=1..3)x$(b=i..i*2)$(i)", found, &count, &offset, &error), 0);
	assert_int_equal(count, 2);
	assert_string_equal(found[0].name, "a");
	assert_int_equal(found[0].first, 1);
	assert_int_equal(found[0].last, 3);
	assert_int_equal(found[1].first, 7);
	assert_int_equal(found[1].last, 14);
	assert_int_equal(find("$$(a=1..3)", found, &count, &offset, &error), 0);
	assert_int_equal(count, 0);
}

static void assert_no_repetition(const char *text, const char *message)
{
	struct repetition found[REPETITIONS];
	struct error error = { 0 };
	size_t count, offset;

	assert_int_equal(find(text, found, &count, &offset, &error), -EINVAL);
	assert_string_equal(error.text, message);
}

static void a_repetition_that_cannot_be_is_refused(void **state)
{
	(void)state;
	assert_no_repetition("$(a=3..1)", "the repetition ends before it begins");
	assert_no_repetition("$(a=1)", "a repetition is $(NAME=FIRST..LAST)");
	assert_no_repetition("$(a=1..2,3)", "a repetition is $(NAME=FIRST..LAST)");
	assert_no_repetition("$(i=1..2)", "'i' is a variable already");
	assert_no_repetition("$(a=1..2)$(a=1..2)", "'a' repeats twice");
	assert_no_repetition("$(a=name..2)", "a repetition counts with numbers");
	assert_no_repetition("$(a=1..1)$(b=1..1)$(c=1..1)$(d=1..1)$(e=1..1)",
			     "more than 4 repetitions in one place");
	assert_no_repetition("$(7=1..2)", "'7' is no name of a variable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_without_a_dollar_stays_as_it_is),
		cmocka_unit_test(numbers_are_added_multiplied_divided),
		cmocka_unit_test(a_repetition_counts_below_zero),
		cmocka_unit_test(addresses_and_macs_move_by_numbers),
		cmocka_unit_test(a_text_is_put_and_not_reckoned_with),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(repetitions_are_found_with_their_ends),
		cmocka_unit_test(a_repetition_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "base/error.h"

static void a_refusal_carries_the_systems_words(void **state)
{
	struct error error = { 0 };

	(void)state;
	assert_int_equal(error_set(&error, EPERM, "link '%s'", "br0"), -EPERM);
	assert_string_equal(error.text, "link 'br0': Operation not permitted");
	assert_int_equal(error.exit, EXIT_REFUSED);
}

static void each_caller_adds_where(void **state)
{
	struct error error = { 0 };

	(void)state;
	assert_int_equal(error_usage(&error, "id 9 is above 7"), -EINVAL);
	assert_int_equal(error_wrap(&error, "lab.yaml:3:1"), -EINVAL);
	assert_int_equal(error_hint(&error, " (did you mean 6?)"), -EINVAL);
	assert_string_equal(error.text, "lab.yaml:3:1: id 9 is above 7 (did you mean 6?)");
	assert_int_equal(error.exit, EXIT_USAGE);
}

static void a_text_too_long_is_cut_not_overrun(void **state)
{
	struct error error = { 0 };

	(void)state;
	error_set(&error, 0, "%2000s", "x");
	error_wrap(&error, "%2000s", "y");
	assert_int_equal(error.text[sizeof(error.text) - 1], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_carries_the_systems_words),
		cmocka_unit_test(each_caller_adds_where),
		cmocka_unit_test(a_text_too_long_is_cut_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

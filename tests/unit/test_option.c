/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of the command line: every spelling, where they may stand, what is wrong with one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/option.h"
#include "command/request.h"

struct taken {
	struct options options;
	enum special special;
	struct error error;
	char line[256], rest[256];
	char *words[64];
	int result;
};

/* What is left of the line is in `rest`. */
static struct taken *take(const char *line)
{
	static struct taken taken;
	struct words words = { taken.words, 0 };

	taken = (struct taken){ 0 };
	strcpy(taken.line, line);
	for (char *at = strtok(taken.line, " "); at; at = strtok(NULL, " "))
		taken.words[words.left++] = at;
	taken.result = options_take(&taken.options, &words, &taken.special, &taken.error);
	for (size_t i = 0; i < words.left; i++) {
		strcat(taken.rest, i ? " " : "");
		strcat(taken.rest, words.at[i]);
	}
	return &taken;
}

static void assert_refused(const char *line, const char *message)
{
	struct taken *taken = take(line);

	assert_int_equal(taken->result, -EINVAL);
	assert_int_equal(taken->error.exit, EXIT_USAGE);
	assert_string_equal(taken->error.text, message);
}

static void every_option_has_its_letter_its_name_and_iproute2s_spellings(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		char others[64] = "", word[64], *at;
		const char *value;

		if (row->letter) {
			snprintf(word, sizeof(word), "-%s", row->letter);
			assert_ptr_equal(option_find(word, false, &value), row);
			assert_null(option_find(word, true, &value));
		}
		if (row->name) {
			snprintf(word, sizeof(word), "--%s", row->name);
			assert_ptr_equal(option_find(word, false, &value), row);
			assert_ptr_equal(option_find(word, true, &value), row);
		}
		strcpy(others, row->others ? row->others : "");
		for (char *other = strtok_r(others, " ", &at); other;
		     other = strtok_r(NULL, " ", &at)) {
			snprintf(word, sizeof(word), "-%s", other);
			assert_ptr_equal(option_find(word, false, &value), row);
			assert_null(option_find(word, true, &value));
		}
	}
}

static void short_options_stand_in_front_of_the_object(void **state)
{
	struct taken *taken = take("-n red -j -d -s -o -4 link show v0");

	(void)state;
	assert_int_equal(taken->result, 0);
	assert_string_equal(taken->options.netns, "red");
	assert_true(taken->options.json && taken->options.details && taken->options.stats);
	assert_true(taken->options.oneline);
	assert_int_equal(taken->options.family, 2);
	assert_string_equal(taken->rest, "link show v0");
	taken = take("link show -j v0");
	assert_int_equal(taken->result, 0);
	assert_false(taken->options.json);
	assert_string_equal(taken->rest, "link show -j v0");
}

static void long_options_stand_anywhere(void **state)
{
	struct taken *taken = take("link --json show v0 --netns red --dry-run");

	(void)state;
	assert_int_equal(taken->result, 0);
	assert_true(taken->options.json && taken->options.dry_run);
	assert_string_equal(taken->options.netns, "red");
	assert_string_equal(taken->rest, "link show v0");
}

static void iproute2s_long_spellings_have_one_dash(void **state)
{
	struct taken *taken = take("-netns red -json -details -family inet6 -br -statistics link");

	(void)state;
	assert_int_equal(taken->result, 0);
	assert_string_equal(taken->options.netns, "red");
	assert_true(taken->options.json && taken->options.details && taken->options.brief);
	assert_true(taken->options.stats);
	assert_int_equal(taken->options.family, 10);
}

static void values_may_stand_behind_an_equals_sign(void **state)
{
	(void)state;
	assert_string_equal(take("--netns=red link")->options.netns, "red");
	assert_int_equal(take("--timeout=3 link")->options.timeout_ms, 3000);
	assert_int_equal(take("monitor packets --count 3 v0")->options.count, 3);
	assert_string_equal(take("monitor packets --count 3 v0")->rest, "monitor packets v0");
	assert_int_equal(take("--for 10 monitor")->options.for_ms, 10000);
	assert_int_equal(take("--for 10s monitor")->options.for_ms, 10000);
	assert_int_equal(take("--for 5m monitor")->options.for_ms, 300000);
	assert_int_equal(take("--for 2h monitor")->options.for_ms, 7200000);
	assert_int_equal(take("--for=500ms monitor")->options.for_ms, 500);
	assert_true(take("--color=always link")->options.color);
	assert_false(take("--color=never link")->options.color);
	assert_true(take("-c=always link")->options.color);
	assert_true(take("--color link")->options.color);
	assert_string_equal(take("--color link")->rest, "link");
}

static void nothing_behind_two_dashes_is_an_option(void **state)
{
	struct taken *taken = take("--json link -- --pretty --nonsense");

	(void)state;
	assert_int_equal(taken->result, 0);
	assert_true(taken->options.json);
	assert_false(taken->options.pretty);
	assert_string_equal(taken->rest, "link -- --pretty --nonsense");
}

static void the_command_that_netns_exec_or_enter_runs_has_its_own_options(void **state)
{
	(void)state;
	assert_string_equal(take("netns exec red ls --color -l")->rest,
			    "netns exec red ls --color -l");
	assert_string_equal(take("--verbose netns exec red ls --verbose")->rest,
			    "netns exec red ls --verbose");
	assert_string_equal(take("netns e red ls --verbose")->rest, "netns e red ls --verbose");
	assert_string_equal(take("-A netns exec -- ls --all")->rest, "netns exec -- ls --all");
	assert_false(take("netns exec red ls --verbose")->options.verbose);
	assert_string_equal(take("enter --verbose a ls --json -l")->rest, "enter a ls --json -l");
	assert_false(take("enter a ls --verbose")->options.verbose);
}

static void help_and_version_are_left_to_the_caller(void **state)
{
	(void)state;
	assert_int_equal(take("-h")->special, SPECIAL_HELP);
	assert_int_equal(take("link --help")->special, SPECIAL_HELP);
	assert_int_equal(take("-V")->special, SPECIAL_VERSION);
	assert_int_equal(take("-Version")->special, SPECIAL_VERSION);
	assert_int_equal(take("link")->special, SPECIAL_NONE);
}

static void a_single_dash_is_a_word(void **state)
{
	struct taken *taken = take("-b - ");

	(void)state;
	assert_int_equal(taken->result, 0);
	assert_string_equal(taken->options.batch, "-");
	assert_string_equal(take("link show -")->rest, "link show -");
}

static void a_wrong_option_is_named_with_the_nearest(void **state)
{
	(void)state;
	assert_refused("--jsn link", "there is no option '--jsn' (did you mean 'json'?)");
	assert_refused("-jd link", "there is no option '-jd'");
	assert_refused("link --nonsense", "there is no option '--nonsense'");
	assert_refused("--json=yes link", "option '--json=yes' takes no value");
}

static void a_value_that_is_missing_or_wrong_is_named(void **state)
{
	static const char *const no_times[] = { "0",  "0s",   "s",   "5x",
						"-1", "1.5s", "5s5", "9999999999" };

	(void)state;
	assert_refused("-n", "'-n' needs a value: NETNS");
	assert_refused("link --netns", "'--netns' needs a value: NETNS");
	assert_refused("-f ipx link", "family 'ipx': expected inet, inet6, link or bridge");
	assert_refused("--as json link", "--as 'json': expected ip");
	assert_refused("--color=blue link", "--color 'blue': expected auto, always or never");
	assert_refused("--timeout 0 link", "--timeout '0': expected seconds, 1 to 3600");
	assert_refused("--timeout x link", "--timeout 'x': expected seconds, 1 to 3600");
	assert_refused("--confirm 0 link",
		       "--confirm '0': expected a time from 1s to 24h, as 90, 90s, 5m or 1h");
	assert_refused("--count x monitor", "--count 'x': expected a number, 1 or more");
	assert_refused("--count 0 monitor", "--count '0': expected a number, 1 or more");
	for (size_t i = 0; i < sizeof(no_times) / sizeof(*no_times); i++) {
		char line[64], message[96];

		snprintf(line, sizeof(line), "--for %s monitor", no_times[i]);
		snprintf(message, sizeof(message),
			 "--for '%s': expected a time as 10s, 5m, 2h or 500ms", no_times[i]);
		assert_refused(line, message);
	}
}

static void a_time_to_confirm_has_a_unit_or_is_in_seconds(void **state)
{
	static const struct {
		const char *line;
		uint32_t seconds;
	} lines[] = {
		{ "--confirm 1 link", 1 },
		{ "--confirm=90s link", 90 },
		{ "--confirm 5m link", 300 },
		{ "link --confirm 24h", 86400 },
		{ "--confirm 86400 link", 86400 },
		{ "--confirm 010 link", 10 },
		{ "link", 0 },
	};
	static const char *const refused[] = { "0s",  "-1",    "+5",   "86401",
					       "25h", "1441m", "5d",   "m",
					       "5ms", "1h30m", "0x10", "99999999999999999999",
					       "" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		assert_int_equal(take(lines[i].line)->result, 0);
		assert_int_equal(take(lines[i].line)->options.confirm_s, lines[i].seconds);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		char line[64];

		snprintf(line, sizeof(line), "--confirm=%s", refused[i]);
		assert_true(take(line)->result < 0);
	}
}

static void usage_names_letter_name_and_value(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	const char *value;

	(void)state;
	option_usage(option_find("--netns", false, &value), &text);
	assert_string_equal(text_string(&text), "-n, --netns NETNS");
	text_cut(&text, 0);
	option_usage(option_find("--color", false, &value), &text);
	assert_string_equal(text_string(&text), "-c, --color=[auto|always|never]");
	text_cut(&text, 0);
	option_usage(option_find("-4", false, &value), &text);
	assert_string_equal(text_string(&text), "-4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_has_its_letter_its_name_and_iproute2s_spellings),
		cmocka_unit_test(short_options_stand_in_front_of_the_object),
		cmocka_unit_test(long_options_stand_anywhere),
		cmocka_unit_test(iproute2s_long_spellings_have_one_dash),
		cmocka_unit_test(values_may_stand_behind_an_equals_sign),
		cmocka_unit_test(nothing_behind_two_dashes_is_an_option),
		cmocka_unit_test(the_command_that_netns_exec_or_enter_runs_has_its_own_options),
		cmocka_unit_test(help_and_version_are_left_to_the_caller),
		cmocka_unit_test(a_single_dash_is_a_word),
		cmocka_unit_test(a_wrong_option_is_named_with_the_nearest),
		cmocka_unit_test(a_value_that_is_missing_or_wrong_is_named),
		cmocka_unit_test(a_time_to_confirm_has_a_unit_or_is_in_seconds),
		cmocka_unit_test(usage_names_letter_name_and_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

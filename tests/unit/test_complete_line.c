/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "shell/complete_line.h"

/* "word word|typed@start stage quote" of the line up to its '^'. */
static const char *place_of(const char *marked)
{
	static struct text text;
	CLEANUP(line_place_clear) struct line_place place;
	char line[128];
	size_t cursor = strcspn(marked, "^");

	strcpy(line, marked);
	if (line[cursor])
		memmove(line + cursor, line + cursor + 1, strlen(line + cursor));
	line_place_read(&place, line, cursor);
	text_cut(&text, 0);
	for (size_t i = 0; i < place.count; i++)
		text_printf(&text, "%s<%s>", i ? " " : "", place.words[i]);
	assert_null(place.words[place.count]);
	text_printf(&text, "|%s@%zu %zu %c", place.typed, place.start, place.stage,
		    "-'\"\\#"[place.quote]);
	return text_string(&text);
}

static void words_in_front_and_the_one_being_typed(void **state)
{
	(void)state;
	assert_string_equal(place_of("^"), "|@0 0 -");
	assert_string_equal(place_of("  lin^k add"), "|lin@2 0 -");
	assert_string_equal(place_of("link ^"), "<link>|@5 0 -");
	assert_string_equal(place_of("link set  v^0 up"), "<link> <set>|v@10 0 -");
}

static void quotes_are_removed_and_the_open_one_is_known(void **state)
{
	(void)state;
	assert_string_equal(place_of("a 'b c' \"d \\\"e\" f\\ g^"), "<a> <b c> <d \"e>|f g@16 0 -");
	assert_string_equal(place_of("check 'a d^"), "<check>|a d@6 0 '");
	assert_string_equal(place_of("check x\"a d^"), "<check>|xa d@6 0 \"");
	assert_string_equal(place_of("check \"^"), "<check>|@6 0 \"");
	assert_string_equal(place_of("a '' ^"), "<a> <>|@5 0 -");
	assert_string_equal(place_of("a b\\^"), "<a>|b@2 0 \\");
	assert_string_equal(place_of("a \"b\\c\\$^"), "<a>|b\\c$@2 0 \"");
	assert_string_equal(place_of("a 'b\\^"), "<a>|b\\@2 0 '");
}

static void a_pipe_begins_a_stage_and_a_hash_a_comment(void **state)
{
	(void)state;
	assert_string_equal(place_of("show | match '|' | cou^"), "|cou@19 2 -");
	assert_string_equal(place_of("show|match ^"), "<match>|@11 1 -");
	assert_string_equal(place_of("show # li^"), "<show>|@9 0 #");
	assert_string_equal(place_of("show a#b^"), "<show>|a#b@5 0 -");
}

static const char *put(const char *marked, const char *rest)
{
	static struct text text;
	CLEANUP(line_place_clear) struct line_place place;

	line_place_read(&place, marked, strlen(marked));
	text_cut(&text, 0);
	line_place_put(&place, rest, true, &text);
	return text_string(&text);
}

static void what_is_missing_is_quoted_as_the_word_is(void **state)
{
	(void)state;
	assert_string_equal(put("check a", " b's"), "\\ b\\'s");
	assert_string_equal(put("check 'a", " b's $x"), " b'\\''s $x'");
	assert_string_equal(put("check \"a", " b\"s' $x"), " b\\\"s' \\$x\"");
	assert_string_equal(put("check ", "#a#"), "\\#a#");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_in_front_and_the_one_being_typed),
		cmocka_unit_test(quotes_are_removed_and_the_open_one_is_known),
		cmocka_unit_test(a_pipe_begins_a_stage_and_a_hash_a_comment),
		cmocka_unit_test(what_is_missing_is_quoted_as_the_word_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

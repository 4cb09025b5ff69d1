/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "shell/paste.h"

/* Lines with '/' behind each that a newline ended, then '+' and the keys. */
static const char *pasted(struct paste *paste)
{
	static struct text text;
	unsigned char key;

	text_cut(&text, 0);
	while (paste_has_lines(paste))
		if (paste_take_line(paste, &text))
			text_char(&text, '/');
	text_char(&text, '+');
	while (paste_take_key(paste, &key))
		text_char(&text, (char)key);
	return text_string(&text);
}

static void lines_come_out_one_by_one_and_what_is_behind_as_keys(void **state)
{
	CLEANUP(paste_clear) struct paste paste = { 0 };
	const char bytes[] = "a\r\nb\rc\n\nd\0e\033[201~x\r";

	(void)state;
	paste_begin(&paste);
	paste_add(&paste, bytes, sizeof(bytes) - 1);
	assert_false(paste.is_open);
	assert_string_equal(pasted(&paste), "a/b/c//d e+x\r");
	assert_false(paste_has_keys(&paste));
}

static void the_end_is_found_wherever_it_is_cut(void **state)
{
	const char bytes[] = "one\ntwo\033[201~k";

	(void)state;
	for (size_t cut = 0; cut < sizeof(bytes) - 2; cut++) {
		CLEANUP(paste_clear) struct paste paste = { 0 };

		paste_begin(&paste);
		paste_add(&paste, bytes, cut);
		assert_true(paste.is_open);
		paste_add(&paste, bytes + cut, sizeof(bytes) - 1 - cut);
		assert_false(paste.is_open);
		assert_string_equal(pasted(&paste), "one/two+k");
	}
}

static void a_key_can_be_put_in_front(void **state)
{
	CLEANUP(paste_clear) struct paste paste = { 0 };
	unsigned char key;

	(void)state;
	paste_put_key(&paste, 'b');
	paste_put_key(&paste, 'a');
	assert_true(paste_take_key(&paste, &key));
	assert_int_equal(key, 'a');
	paste_put_key(&paste, 'c');
	assert_string_equal(pasted(&paste), "+cb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_out_one_by_one_and_what_is_behind_as_keys),
		cmocka_unit_test(the_end_is_found_wherever_it_is_cut),
		cmocka_unit_test(a_key_can_be_put_in_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

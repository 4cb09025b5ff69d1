/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr/attr.h"
#include "attr/database.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"

static char root[64];

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
	(void)status;
	(void)flag;
	(void)walk;
	return remove(path);
}

static void write_file(const char *path, const char *content)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	file = fopen(full, "we");
	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
	strcpy(root, "/tmp/ovl-database-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	*state = databases_new_at(root);
	return 0;
}

static int tear_down(void **state)
{
	struct databases *databases = *state;

	databases_free(&databases);
	return nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void assert_word(struct databases *databases, uint64_t number, const char *word)
{
	const char *found = databases_word(databases, "rt_tables", number);

	if (word)
		assert_string_equal(found, word);
	else
		assert_null(found);
}

static void assert_number(struct databases *databases, const char *word, uint64_t number)
{
	uint64_t found = 0;

	assert_true(databases_number(databases, "rt_tables", word, &found));
	assert_int_equal(found, number);
}

static void numbers_and_words_are_found_both_ways(void **state)
{
	write_file("etc/iproute2/rt_tables", "# tables\n"
					     "255\tlocal\n"
					     "  0x10  sixteen # a comment\n"
					     "100000 large\n"
					     "4294967295 largest");
	assert_word(*state, 255, "local");
	assert_word(*state, 16, "sixteen");
	assert_word(*state, 100000, "large");
	assert_word(*state, 4294967295, "largest");
	assert_word(*state, 17, NULL);
	assert_word(*state, 100001, NULL);
	assert_number(*state, "sixteen", 16);
	assert_number(*state, "large", 100000);
}

static void no_file_is_no_names(void **state)
{
	uint64_t number;

	assert_word(*state, 254, NULL);
	assert_word(*state, 254000, NULL);
	assert_false(databases_number(*state, "rt_tables", "main", &number));
	assert_null(databases_nearest(*state, "rt_tables", "main"));
}

static void what_is_read_later_wins(void **state)
{
	write_file("usr/share/iproute2/rt_tables", "1 one\n2 two\n3 three\n1000 thousand\n");
	write_file("etc/iproute2/rt_tables", "2 zwei\n1000 tausend\n");
	write_file("usr/share/iproute2/rt_tables.d/a.conf", "3 drei\n4 vier\n");
	write_file("usr/share/iproute2/rt_tables.d/b.conf", "5 never\n");
	write_file("etc/iproute2/rt_tables.d/b.conf", "3 trois\n");
	write_file("etc/iproute2/rt_tables.d/c.conf", "3 tres\n1000 mil\n");
	write_file("etc/iproute2/rt_tables.d/README", "6 never\n");
	write_file("etc/iproute2/rt_tables.d/.d.conf", "7 never\n");
	assert_word(*state, 1, "one");
	assert_word(*state, 2, "zwei");
	assert_word(*state, 3, "tres");
	assert_word(*state, 4, "vier");
	for (uint64_t number = 5; number < 8; number++)
		assert_word(*state, number, NULL);
	assert_word(*state, 1000, "mil");
	assert_number(*state, "thousand", 1000);
}

static void each_database_is_of_its_own(void **state)
{
	write_file("etc/iproute2/rt_tables", "1 one\n");
	write_file("etc/iproute2/group", "1 eins\n");
	assert_string_equal(databases_word(*state, "rt_tables", 1), "one");
	assert_string_equal(databases_word(*state, "group", 1), "eins");
	assert_null(databases_word(*state, "rt_protos", 1));
}

static void a_line_that_cannot_be_is_passed_over(void **state)
{
	write_file("etc/iproute2/rt_tables", "one 1\n"
					     "2\n"
					     "3x three\n"
					     "-4 four\n"
					     "4294967296 overflow\n"
					     "99999999999999999999 overflow\n"
					     "5 \x1b[2Jfive\n"
					     "6 #six\n"
					     "\n"
					     "7 seven\r\n"
					     "8 eight");
	for (uint64_t number = 0; number < 7; number++)
		assert_word(*state, number, NULL);
	assert_word(*state, 4294967296, NULL);
	assert_word(*state, 7, "seven");
	assert_word(*state, 8, "eight");
}

static void what_is_no_plain_file_of_a_sane_size_is_not_read(void **state)
{
	char path[128];

	write_file("etc/iproute2/rt_tables.d/z.conf", "1 one\n");
	snprintf(path, sizeof(path), "%s/etc/iproute2/rt_tables", root);
	assert_int_equal(mkfifo(path, 0644), 0);
	snprintf(path, sizeof(path), "%s/etc/iproute2/rt_tables.d/a.conf", root);
	write_file("etc/iproute2/rt_tables.d/a.conf", "2 two\n");
	assert_int_equal(truncate(path, 1 << 30), 0);
	snprintf(path, sizeof(path), "%s/etc/iproute2/rt_tables.d/b.conf", root);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_word(*state, 1, "one");
	assert_word(*state, 2, NULL);
}

static void many_large_numbers_are_all_found(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	char word[16];

	for (unsigned i = 20000; i > 0; i--)
		text_printf(&text, "%u t%u\n", i * 3, i);
	write_file("etc/iproute2/rt_tables", text_string(&text));
	for (unsigned i = 1; i <= 20000; i++) {
		snprintf(word, sizeof(word), "t%u", i);
		assert_word(*state, i * 3, word);
		assert_word(*state, i * 3 + 1, NULL);
		assert_number(*state, word, i * 3);
	}
}

struct route {
	struct attr_set asked;
	uint32_t table;
	uint8_t tos;
};

static const struct keyword tables[] = { { "main", 254, 0 }, { 0 } };
static const struct attr rows[] = {
	ATTR(route, table, .name = "table", .database = "rt_tables", .keywords = tables),
	ATTR(route, tos, .name = "tos", .database = "rt_dsfield", .traits = ATTR_HEX),
};
static const struct attr_extra extras[] = { ATTR_EXTRA(route, asked) };
static const struct attr_table table = ATTR_TABLE(route, "route", rows, extras);

/* Reads "WORD VALUE" into the route and gives it back as JSON, or the error's text. */
static const char *json_of(struct databases *databases, char *word, char *value, struct text *text)
{
	struct attr_context context = { .databases = databases };
	char *line[] = { word, value };
	struct words words = { .at = line, .left = 2 };
	static struct error error;
	struct route route = { 0 };
	struct json json = { .out = text };

	if (attr_take(&table, &context, &route, &words, &error) < 0)
		return error.text;
	text_cut(text, 0);
	json_open_object(&json, NULL);
	attr_json(attr_find(&table, word), &context, &route, &json);
	json_close_object(&json);
	return text_string(text);
}

static void a_number_with_a_database_is_a_string_in_json(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	char name[] = "table", tos[] = "tos", blue[] = "blue", main_word[] = "main", ten[] = "10",
	     af11[] = "AF11", eight[] = "8", far[] = "300";

	write_file("etc/iproute2/rt_tables", "300 blue\n254 other\n");
	write_file("etc/iproute2/rt_dsfield", "0x28 AF11\n");
	assert_string_equal(json_of(*state, name, blue, &text), "{\"table\":\"blue\"}");
	assert_string_equal(json_of(*state, name, far, &text), "{\"table\":\"blue\"}");
	assert_string_equal(json_of(*state, name, main_word, &text), "{\"table\":\"main\"}");
	assert_string_equal(json_of(*state, name, ten, &text), "{\"table\":\"10\"}");
	assert_string_equal(json_of(*state, tos, af11, &text), "{\"tos\":\"AF11\"}");
	/* iproute2 reads the numbers of this one as hexadecimal. */
	assert_string_equal(json_of(*state, tos, ten, &text), "{\"tos\":\"0x10\"}");
	assert_string_equal(json_of(*state, tos, eight, &text), "{\"tos\":\"0x08\"}");
	assert_string_equal(json_of(NULL, name, far, &text), "{\"table\":\"300\"}");
}

static void the_nearest_name_of_a_database_is_proposed(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	char name[] = "table", purpel[] = "purpel";

	write_file("etc/iproute2/rt_tables", "300 purple\n");
	assert_string_equal(json_of(*state, name, purpel, &text),
			    "table: 'purpel' is no number (did you mean 'purple'?)");
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(numbers_and_words_are_found_both_ways),
		test(no_file_is_no_names),
		test(what_is_read_later_wins),
		test(each_database_is_of_its_own),
		test(a_line_that_cannot_be_is_passed_over),
		test(what_is_no_plain_file_of_a_sane_size_is_not_read),
		test(many_large_numbers_are_all_found),
		test(a_number_with_a_database_is_a_string_in_json),
		test(the_nearest_name_of_a_database_is_proposed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML as nodes with places, and all that is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "topology/document.h"

static int parse(const char *bytes, size_t size, struct document *document, struct error *error)
{
	return document_parse("f.yaml", bytes, size, document, error);
}

static void assert_refused_bytes(const char *bytes, size_t size, const char *message)
{
	CLEANUP(document_clear) struct document document = { 0 };
	struct error error = { 0 };

	assert_int_equal(parse(bytes, size, &document, &error), -EINVAL);
	assert_int_equal(error.exit, EXIT_USAGE);
	assert_string_equal(error.text, message);
	assert_null(document.root);
}

static void assert_refused(const char *yaml, const char *message)
{
	assert_refused_bytes(yaml, strlen(yaml), message);
}

static void nodes_know_their_keys_kinds_and_places(void **state)
{
	static const char yaml[] =
		"ovl: 1\r\nlinks:\r\n  br0: {type: bridge}\r\n  \"a b\": [x, 'y']\r\n";
	CLEANUP(document_clear) struct document document = { 0 };
	struct error error = { 0 };
	const struct node *links, *node;

	(void)state;
	assert_int_equal(parse(yaml, strlen(yaml), &document, &error), 0);
	assert_string_equal(node_find(document.root, "ovl")->text, "1");
	assert_true(node_find(document.root, "ovl")->is_plain);
	links = node_find(document.root, "links");
	assert_int_equal(links->kind, NODE_MAP);
	assert_int_equal(links->count, 2);
	node = node_find(node_find(links, "br0"), "type");
	assert_string_equal(node->text, "bridge");
	assert_int_equal(node->at.line, 3);
	assert_int_equal(node->at.column, 15);
	assert_int_equal(node->key_at.column, 9);
	node = node_find(links, "a b");
	assert_int_equal(node->kind, NODE_LIST);
	assert_int_equal(node->first->at.column, 11);
	assert_string_equal(node->first->next->text, "y");
	assert_false(node->first->next->is_plain);
	assert_null(node_find(links, "br1"));
	assert_null(node_find(node, "x"));
	assert_null(node_find(NULL, "x"));
}

static void an_empty_file_has_no_root(void **state)
{
	CLEANUP(document_clear) struct document document = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(parse("# nothing\n", 10, &document, &error), 0);
	assert_null(document.root);
}

static void what_a_file_has_no_use_for_is_refused_with_its_place(void **state)
{
	(void)state;
	assert_refused("a: &x 1\n",
		       "f.yaml:1:4: an anchor (&) is not allowed here\n  a: &x 1\n     ^");
	assert_refused("a: *x\n", "f.yaml:1:4: an alias (*) is not allowed here\n  a: *x\n     ^");
	assert_refused("a: !!str 1\n",
		       "f.yaml:1:4: a tag (!) is not allowed here\n  a: !!str 1\n     ^");
	assert_refused("a:\n  <<: {}\n",
		       "f.yaml:2:3: a merge key (<<) is not allowed here\n    <<: {}\n    ^");
	assert_refused("a: 1\n---\nb: 1\n",
		       "f.yaml:2:1: a file is one document: a second one begins here\n  ---\n  ^");
	assert_refused("? [a]\n: 1\n", "f.yaml:1:3: a key must be a word\n  ? [a]\n    ^");
	assert_refused("a: 1\nb: 1\na: 2\n", "f.yaml:3:1: 'a' is given twice\n  a: 2\n  ^");
	assert_refused("a: \"x\\0y\"\n",
		       "f.yaml:1:4: there is a NUL in the text\n  a: \"x\\0y\"\n     ^");
}

static void what_is_no_yaml_says_where_and_why(void **state)
{
	static const char nul[] = "a: 1\nb\0: 2\n";

	(void)state;
	assert_refused("a:\n\tb: 1\n", "f.yaml:2:1: this is no YAML: found character that cannot "
				       "start any token (a tab cannot indent)\n   b: 1\n  ^");
	assert_refused("a: [::1]\n",
		       "f.yaml:1:5: this is no YAML: did not find expected node content (an IPv6 "
		       "address inside {} or [] needs quotes: \"::1\")\n  a: [::1]\n      ^");
	assert_refused("a: \xc3\xa9 \xff\n", "f.yaml:1:6: this is no YAML: invalid leading UTF-8 "
					     "octet\n  a: \xc3\xa9 ?\n       ^");
	assert_refused_bytes(nul, sizeof(nul) - 1,
			     "f.yaml:2:2: this is no YAML: control characters are not allowed\n"
			     "  b?: 2\n   ^");
}

static void a_long_line_is_cut_around_the_place(void **state)
{
	char yaml[500];

	(void)state;
	memset(yaml, ' ', sizeof(yaml));
	memcpy(yaml + 400, "a: &x 1", 8);
	assert_refused(yaml, "f.yaml:1:404: an anchor (&) is not allowed here\n"
			     "                                                           a: &x 1\n"
			     "                                                              ^");
}

static void nesting_ends_at_32(void **state)
{
	char yaml[128] = { 0 };
	CLEANUP(document_clear) struct document document = { 0 };
	struct error error = { 0 };

	(void)state;
	memset(yaml, '[', 32);
	memset(yaml + 32, ']', 32);
	assert_int_equal(parse(yaml, 64, &document, &error), 0);
	memset(yaml, '[', 33);
	memset(yaml + 33, ']', 33);
	assert_refused(yaml,
		       "f.yaml:1:33: this is nested more than 32 deep\n"
		       "  [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n"
		       "                                  ^");
}

static void a_file_is_16_mib_at_most(void **state)
{
	size_t size = DOCUMENT_SIZE + 1;
	CLEANUP(pointer_free) char *bytes = memory_new(size, 1);

	(void)state;
	memset(bytes, '#', size);
	assert_refused_bytes(bytes, size, "f.yaml: the file is larger than 16 MiB");
}

static void a_byte_order_mark_is_skipped(void **state)
{
	static const char yaml[] = "\xef\xbb\xbf"
				   "a: {b: 1}\n";
	CLEANUP(document_clear) struct document document = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(parse(yaml, strlen(yaml), &document, &error), 0);
	assert_int_equal(node_find(document.root, "a")->at.column, 4);
	assert_true(document_shows(&document, (struct place_in_file){ 1, 4 }, "{b: 1}"));
	assert_false(document_shows(&document, (struct place_in_file){ 1, 4 }, "{b: 2}"));
	assert_false(document_shows(&document, (struct place_in_file){ 9, 1 }, ""));
}

static void a_file_that_is_not_there_is_a_mistake_of_the_command(void **state)
{
	CLEANUP(document_clear) struct document document = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(document_read("/nonexistent/f.yaml", &document, &error), -ENOENT);
	assert_int_equal(error.exit, EXIT_USAGE);
	assert_string_equal(error.text,
			    "cannot open '/nonexistent/f.yaml': No such file or directory");
}

static void the_place_of_a_failure_is_kept(void **state)
{
	CLEANUP(document_clear) struct document document = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(parse("a: 1\nb: &x\n", 11, &document, &error), -EINVAL);
	assert_int_equal(document.failed_at.line, 2);
	assert_int_equal(document.failed_at.column, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_know_their_keys_kinds_and_places),
		cmocka_unit_test(an_empty_file_has_no_root),
		cmocka_unit_test(what_a_file_has_no_use_for_is_refused_with_its_place),
		cmocka_unit_test(what_is_no_yaml_says_where_and_why),
		cmocka_unit_test(a_long_line_is_cut_around_the_place),
		cmocka_unit_test(nesting_ends_at_32),
		cmocka_unit_test(a_file_is_16_mib_at_most),
		cmocka_unit_test(a_byte_order_mark_is_skipped),
		cmocka_unit_test(a_file_that_is_not_there_is_a_mistake_of_the_command),
		cmocka_unit_test(the_place_of_a_failure_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

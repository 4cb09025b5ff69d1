/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a batch is cut into lines and words, and what it tells of a line that failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/line.h"
#include "command/batch.h"
#include "support/fake_run.h"

struct batch_run {
	struct request request;
	struct text out;
	struct error error;
	int result;
};

static void batch_run_clear(struct batch_run *run)
{
	request_clear(&run->request);
	text_clear(&run->out);
}

/* Runs a file with these bytes; errors call it FILE. */
static void run_bytes(struct batch_run *run, const char *bytes, size_t size,
		      const struct options *options)
{
	CLEANUP(fd_close) int file = memfd_create("batch", MFD_CLOEXEC);
	char path[64], *at;
	size_t length;

	*run = (struct batch_run){ 0 };
	assert_int_equal(write(file, bytes, size), size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	length = strlen(path);
	request_init(&run->request, options, &run->out);
	run->request.options.quiet = true;
	run->result = batch_run(&run->request, path, &run->error);
	while ((at = strstr(run->error.text, path))) {
		memmove(at + 4, at + length, strlen(at + length) + 1);
		memcpy(at, "FILE", 4);
	}
}

static void run_text(struct batch_run *run, const char *text)
{
	fake_kernel_reset();
	run_bytes(run, text, strlen(text), &(struct options){ .dry_run = true });
}

static void assert_steps(const char *text, const char *steps)
{
	CLEANUP(batch_run_clear) struct batch_run run;

	run_text(&run, text);
	if (run.result < 0)
		fail_msg("%s", run.error.text);
	assert_string_equal(text_string(&run.out), steps);
}

static void assert_failure(const char *text, const char *message)
{
	CLEANUP(batch_run_clear) struct batch_run run;

	run_text(&run, text);
	assert_true(run.result < 0);
	assert_string_equal(run.error.text, message);
}

static void a_line_is_a_command(void **state)
{
	(void)state;
	assert_steps("link set v0 up\nlink set v1 down\n", "~ link v0 up\n~ link v1 down\n");
	assert_steps("link set v0 up\n  link set v1 down", "~ link v0 up\n~ link v1 down\n");
	assert_steps("", "");
}

static void empty_lines_and_comments_are_nothing(void **state)
{
	(void)state;
	assert_steps("\n\n   \n\t\n# link set v0 up\n  # more\n", "");
	assert_steps("link set v0 up # and why\n", "~ link v0 up\n");
	assert_steps("link set v0 alias a#b\n", "~ link v0 alias a#b\n");
	assert_steps("link set v0 alias '#b'\n", "~ link v0 alias #b\n");
}

static void quotes_keep_blanks_together(void **state)
{
	(void)state;
	assert_steps("link set v0 alias \"a  b\"\n", "~ link v0 alias a  b\n");
	assert_steps("link set v0 alias 'a \"b\"'\n", "~ link v0 alias a \"b\"\n");
	assert_steps("link set v0 alias a' 'b\n", "~ link v0 alias a b\n");
	assert_steps("link set v0 al''ias a\n", "~ link v0 alias a\n");
	assert_steps("link set v0 alias ''\n", "~ link v0 alias \n");
}

static void a_backslash_takes_the_next_letter_as_it_is(void **state)
{
	(void)state;
	assert_steps("link set v0 alias a\\ b\n", "~ link v0 alias a b\n");
	assert_steps("link set v0 alias \"a\\\"b\"\n", "~ link v0 alias a\"b\n");
	assert_steps("link set v0 alias \\#a\n", "~ link v0 alias #a\n");
	/* Shown escaped. */
	assert_steps("link set v0 alias a\\\\b\n", "~ link v0 alias a\\\\b\n");
	assert_steps("link set v0 alias 'a\\b'\n", "~ link v0 alias a\\\\b\n");
}

static void a_backslash_at_the_end_continues_the_line(void **state)
{
	(void)state;
	assert_steps("link \\\n set v0 \\\nup\n", "~ link v0 up\n");
	assert_steps("link set v0 mtu 14\\\n00\n", "~ link v0 mtu 1400\n");
	assert_steps("link set v0 alias \"a\\\nb\"\n", "~ link v0 alias ab\n");
	assert_steps("link set v0 up\\\n", "~ link v0 up\n");
	assert_steps("link set v0 up \\\n\nlink set v1 up\n", "~ link v0 up\n~ link v1 up\n");
}

static void a_backslash_that_is_itself_taken_continues_nothing(void **state)
{
	(void)state;
	assert_steps("link set v0 alias a\\\\\nlink set v1 up\n",
		     "~ link v0 alias a\\\\\n~ link v1 up\n");
	assert_steps("link set v0 alias 'a\\'\nlink set v1 up\n",
		     "~ link v0 alias a\\\\\n~ link v1 up\n");
}

static void a_line_goes_on_where_its_last_backslash_is_one(void **state)
{
	(void)state;
	assert_true(line_continues("a \\", 3));
	assert_true(line_continues("a 'b' \"c\\", 9));
	assert_false(line_continues("a \\\\", 4));
	assert_false(line_continues("a 'b\\", 5));
	assert_false(line_continues("# a \\", 5));
	assert_false(line_continues("a", 1));
	assert_false(line_continues("", 0));
}

static void a_comment_is_not_continued(void **state)
{
	(void)state;
	assert_steps("# all of it \\\nlink set v0 up\n", "~ link v0 up\n");
	assert_steps("link set v0 up # so \\\nlink set v1 up\n", "~ link v0 up\n~ link v1 up\n");
}

static void lines_may_end_as_on_windows(void **state)
{
	(void)state;
	assert_steps("link set v0 up\r\nlink set v1 \\\r\n down\r\n# x\r\n",
		     "~ link v0 up\n~ link v1 down\n");
}

static void a_line_knows_where_it_began(void **state)
{
	(void)state;
	assert_failure("# 1\nlink set v0 up\n\nlink \\\n set \\\n v0 upp\n",
		       "FILE:4: 'upp' is not known here (did you mean 'up'?)"
		       " (1 command before it stands)");
	assert_failure("link set v0 up\nlink set v0 alias \"a\nlink set v0 up\n",
		       "FILE:2: a \" is not closed (1 command before it stands)");
	assert_failure("xyzzy\n",
		       "FILE:1: there is no object 'xyzzy' (0 commands before it stand)");
}

static void a_nul_is_refused_wherever_it_is(void **state)
{
	static const char *const lines[] = { "link set v0 up\0x\n", "link set v\0000 up\n",
					     "\0link set v0 up\n", "link set v0 alias a\\\0b\n",
					     "link set v0 alias 'a\0b'\n" };
	static const size_t sizes[] = { 17, 17, 16, 22, 23 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		CLEANUP(batch_run_clear) struct batch_run run;

		run_bytes(&run, lines[i], sizes[i], &(struct options){ .dry_run = true });
		assert_true(run.result < 0);
		assert_non_null(strstr(run.error.text, "FILE:1: there is a NUL byte in the line"));
		assert_int_equal(run.error.exit, EXIT_USAGE);
		assert_int_equal(run.out.length, 0);
	}
}

static void a_line_has_a_most_in_words_and_bytes(void **state)
{
	CLEANUP(batch_run_clear) struct batch_run run;
	size_t size = 3 * 1024 * 1024;
	CLEANUP(pointer_free) char *text = memory_new(size + 1, 1);

	(void)state;
	for (size_t i = 0; i < size; i++)
		text[i] = i % 2 ? ' ' : 'a';
	text[4000] = '\n';
	run_bytes(&run, text, 4001, &(struct options){ 0 });
	assert_string_equal(run.error.text, "FILE:1: the line has more than 1024 words"
					    " (0 commands before it stand)");
	batch_run_clear(&run);
	memset(text, 'a', size);
	run_bytes(&run, text, size, &(struct options){ 0 });
	assert_string_equal(run.error.text, "FILE:1: the line is longer than 1048576 bytes"
					    " (0 commands before it stand)");
	assert_int_equal(run.error.exit, EXIT_USAGE);
	batch_run_clear(&run);
	/* A line of just that length is one. */
	memcpy(text, "link show \0", 11);
	memset(text + 10, ' ', 1024 * 1024 - 12);
	text[1024 * 1024 - 2] = '\n';
	run_bytes(&run, text, 1024 * 1024 - 1, &(struct options){ 0 });
	assert_int_equal(run.result, 0);
}

static void many_continued_lines_are_read_in_linear_time(void **state)
{
	CLEANUP(batch_run_clear) struct batch_run run;
	size_t size = 1000 * 1000;
	CLEANUP(pointer_free) char *text = memory_new(size, 1);

	(void)state;
	for (size_t i = 0; i < size; i += 2)
		memcpy(text + i, "\\\n", 2);
	memcpy(text + size - 20, "\\\nlink set v0 up    ", 20);
	run_bytes(&run, text, size, &(struct options){ .dry_run = true });
	assert_int_equal(run.result, 0);
	assert_string_equal(text_string(&run.out), "~ link v0 up\n");
}

static void options_of_a_line_hold_for_that_line(void **state)
{
	(void)state;
	assert_steps("--as ip link set v0 up\nlink set v0 up\n",
		     "ip link set v0 up\n~ link v0 up\n");
	assert_failure("-n red link show\n", "FILE:1: -n, -b, -h and -V have no place in a "
					     "batch's line (0 commands before it stand)");
}

static void what_goes_before_a_file_is_read_is_told_by_its_name(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	run_line(&run, "link show lo");
	assert_true(batch_run(&run.request, "/no such file", &run.error) < 0);
	assert_int_equal(run.error.exit, EXIT_USAGE);
	assert_string_equal(run.error.text,
			    "cannot open '/no such file': No such file or directory");
}

/* What the kernel sees: RTM_NEWNEIGH is 28, RTM_DELNEIGH 29; 0x601 is exclusive. */
static void fdb_lines(char *text, size_t count)
{
	*text = '\0';
	for (size_t i = 0; i < count; i++)
		sprintf(text + strlen(text), "fdb add 02:00:00:00:00:%02zx dev vx0 dst 10.0.0.2\n",
			i);
}

static void lines_that_do_not_disturb_each_other_share_a_send(void **state)
{
	CLEANUP(batch_run_clear) struct batch_run run;
	char text[8192];

	(void)state;
	fake_kernel_reset();
	fdb_lines(text, 100);
	run_bytes(&run, text, strlen(text), &(struct options){ 0 });
	assert_int_equal(run.result, 0);
	assert_int_equal(fake_kernel.changes, 100);
	assert_true(fake_kernel.sends < 10);
}

static void lines_about_one_key_do_not(void **state)
{
	static const char text[] = "arp add 10.0.0.1 lladdr 02:00:00:00:00:01 dev v0\n"
				   "arp add 10.0.0.1 lladdr 02:00:00:00:00:01 dev v0\n";
	CLEANUP(batch_run_clear) struct batch_run run;
	unsigned newlines = 0;

	(void)state;
	fake_kernel_reset();
	run_bytes(&run, text, sizeof(text) - 1, &(struct options){ 0 });
	assert_int_equal(run.result, 0);
	for (const char *at = text_string(&fake_kernel.log); *at; at++)
		newlines += *at == '\n';
	assert_int_equal(newlines, 2);
}

static void what_took_effect_behind_a_refused_line_is_taken_back(void **state)
{
	CLEANUP(batch_run_clear) struct batch_run run;
	char text[2048];

	(void)state;
	fake_kernel_reset();
	fake_kernel.refused = 3;
	fake_kernel.refused_with = EEXIST;
	fdb_lines(text, 6);
	run_bytes(&run, text, strlen(text), &(struct options){ 0 });
	assert_true(run.result < 0);
	assert_int_equal(run.error.exit, EXIT_REFUSED);
	assert_non_null(strstr(run.error.text, "FILE:3: fdb '02:00:00:00:00:02 dev vx0"));
	assert_non_null(strstr(run.error.text, "(2 commands before it stand)"));
	/* Lines 4, 5, 6 and the deletes of 6, 5, 4. */
	assert_int_equal(fake_kernel.changes, 9);
	assert_non_null(strstr(text_string(&fake_kernel.log), "\n29 "));
}

static void a_wrong_line_comes_behind_those_that_wait(void **state)
{
	static const char text[] = "arp add 10.0.0.1 lladdr 02:00:00:00:00:01 dev v0\n"
				   "arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev v0\n"
				   "arp add 10.0.0.3 lladdr nonsense dev v0\n";

	(void)state;
	for (unsigned refused = 0; refused < 3; refused++) {
		CLEANUP(batch_run_clear) struct batch_run run;
		char place[16];

		fake_kernel_reset();
		fake_kernel.refused = refused;
		fake_kernel.refused_with = EEXIST;
		run_bytes(&run, text, sizeof(text) - 1, &(struct options){ 0 });
		assert_true(run.result < 0);
		snprintf(place, sizeof(place), "FILE:%u:", refused ? refused : 3);
		assert_non_null(strstr(run.error.text, place));
		assert_int_equal(run.error.exit, refused ? EXIT_REFUSED : EXIT_USAGE);
	}
}

static void with_force_every_line_is_carried_out(void **state)
{
	CLEANUP(batch_run_clear) struct batch_run run;
	FILE *told = stderr;
	char text[2048], *errors = NULL;
	size_t size;

	(void)state;
	fake_kernel_reset();
	fake_kernel.refused = 2;
	fake_kernel.refused_with = EEXIST;
	fdb_lines(text, 5);
	strcat(text, "nonsense\nlink set v0 up\n'\nlink set v1 up\n");
	stderr = open_memstream(&errors, &size);
	run_bytes(&run, text, strlen(text), &(struct options){ .force = true });
	fclose(stderr);
	stderr = told;
	assert_true(run.result < 0);
	/* That of the first: a refusal. */
	assert_int_equal(run.error.exit, EXIT_REFUSED);
	assert_string_equal(run.error.text, "FILE: 3 of 9 commands failed");
	assert_int_equal(fake_kernel.changes, 7);
	assert_non_null(strstr(errors, ":2: fdb "));
	assert_non_null(strstr(errors, ":6: there is no object 'nonsense'"));
	assert_non_null(strstr(errors, ":8: a ' is not closed"));
	assert_true(strstr(errors, ":2: ") < strstr(errors, ":6: "));
	free(errors);
}

static void what_was_lost_is_read_again(void **state)
{
	static const char text[] = "arp add 10.0.0.1 lladdr 02:00:00:00:00:01 dev v0\n"
				   "arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev v0\n";
	CLEANUP(batch_run_clear) struct batch_run run;

	(void)state;
	fake_kernel_reset();
	fake_kernel.lost = 1;
	run_bytes(&run, text, sizeof(text) - 1, &(struct options){ 0 });
	/* This kernel has no neighbours: neither line took effect. */
	assert_true(run.result < 0);
	assert_non_null(strstr(run.error.text, "FILE:1: arp '10.0.0.1 dev v0'"));
	assert_non_null(strstr(run.error.text, "its answer was lost"));
	assert_true(fake_kernel.sends > 2);
	assert_int_equal(fake_kernel.changes, 2);
}

static void a_list_in_a_batch_sees_what_the_lines_before_did(void **state)
{
	static const char text[] = "arp add 10.0.0.1 lladdr 02:00:00:00:00:01 dev v0\n"
				   "arp flush dev v0 nud all\n"
				   "arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev v0\n"
				   "arp show\n";
	CLEANUP(batch_run_clear) struct batch_run run;

	(void)state;
	fake_kernel_reset();
	run_bytes(&run, text, sizeof(text) - 1, &(struct options){ 0 });
	assert_int_equal(run.result, 0);
	assert_int_equal(fake_kernel.dumps, 2);
	/* Two sends: the flush and the list waited for them. */
	assert_string_equal(text_string(&fake_kernel.log), "28 0x601\n28 0x601\n");
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
		cmocka_unit_test(a_line_is_a_command),
		cmocka_unit_test(empty_lines_and_comments_are_nothing),
		cmocka_unit_test(quotes_keep_blanks_together),
		cmocka_unit_test(a_backslash_takes_the_next_letter_as_it_is),
		cmocka_unit_test(a_backslash_at_the_end_continues_the_line),
		cmocka_unit_test(a_backslash_that_is_itself_taken_continues_nothing),
		cmocka_unit_test(a_line_goes_on_where_its_last_backslash_is_one),
		cmocka_unit_test(a_comment_is_not_continued),
		cmocka_unit_test(lines_may_end_as_on_windows),
		cmocka_unit_test(a_line_knows_where_it_began),
		cmocka_unit_test(a_nul_is_refused_wherever_it_is),
		cmocka_unit_test(a_line_has_a_most_in_words_and_bytes),
		cmocka_unit_test(many_continued_lines_are_read_in_linear_time),
		cmocka_unit_test(options_of_a_line_hold_for_that_line),
		cmocka_unit_test(what_goes_before_a_file_is_read_is_told_by_its_name),
		cmocka_unit_test(lines_that_do_not_disturb_each_other_share_a_send),
		cmocka_unit_test(lines_about_one_key_do_not),
		cmocka_unit_test(what_took_effect_behind_a_refused_line_is_taken_back),
		cmocka_unit_test(a_wrong_line_comes_behind_those_that_wait),
		cmocka_unit_test(with_force_every_line_is_carried_out),
		cmocka_unit_test(what_was_lost_is_read_again),
		cmocka_unit_test(a_list_in_a_batch_sees_what_the_lines_before_did),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/journal.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "support/places.h"

#define FILE_NAME "run/ovl/demo.journal"

static int forget_all(void **state)
{
	(void)state;
	places_as_root(true);
	unlink(places_path(FILE_NAME));
	unlink(places_path("run/ovl/other.journal"));
	places_as_root(false);
	return 0;
}

/* "0:head 7:abc " */
static int put(void *cookie, uint32_t kind, const void *bytes, size_t length, struct error *error)
{
	(void)error;
	text_printf(cookie, "%u:%.*s ", kind, (int)length, (const char *)bytes);
	return kind == 99 ? -ECANCELED : 0;
}

static int read_as(const char *expected, struct error *error)
{
	CLEANUP(text_clear) struct text text = { 0 };
	int r = journal_read("demo", put, &text, error);

	assert_string_equal(text_string(&text), expected);
	return r;
}

static void begin(struct journal *journal)
{
	struct error error = { 0 };

	assert_int_equal(journal_create(journal, "demo", "head", 4, &error), 0);
	assert_int_equal(journal_append(journal, 1, "one", 3, &error), 0);
	assert_int_equal(journal_append(journal, 2, "", 0, &error), 0);
	assert_int_equal(journal_append(journal, 3, "three", 5, &error), 0);
}

static void what_was_added_is_read_in_order(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(journal_exists("demo", &error), 0);
	assert_int_equal(read_as("", &error), 0);
	begin(&journal);
	assert_int_equal(journal_exists("demo", &error), 1);
	assert_int_equal(read_as("0:head 1:one 2: 3:three ", &error), 0);
	assert_int_equal(journal_append(&journal, 99, "x", 1, &error), 0);
	assert_int_equal(journal_append(&journal, 4, "unread", 6, &error), 0);
	assert_int_equal(read_as("0:head 1:one 2: 3:three 99:x ", &error), -ECANCELED);
	assert_int_equal(journal_remove("demo", &error), 0);
	assert_int_equal(journal_exists("demo", &error), 0);
	assert_int_equal(journal_remove("demo", &error), 0);
	assert_int_equal(error.errnum, 0);
}

static void there_is_one_at_a_time(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	CLEANUP(journal_close) struct journal second = { .open = false };
	struct error error = { 0 };

	(void)state;
	begin(&journal);
	assert_int_equal(journal_create(&second, "demo", "x", 1, &error), -EEXIST);
	assert_non_null(strstr(error.text, "lab 'demo'"));
	assert_int_equal(read_as("0:head 1:one 2: 3:three ", &error), 0);
	assert_true(journal_create(&second, "../demo", "x", 1, &error) < 0);
	assert_int_equal(error.exit, EXIT_USAGE);
}

static void it_is_opened_again_and_goes_on(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(journal_open(&journal, "demo", &error), -ENOENT);
	begin(&journal);
	journal_close(&journal);
	assert_int_equal(journal_open(&journal, "demo", &error), 0);
	assert_int_equal(journal_append(&journal, 4, "four", 4, &error), 0);
	assert_int_equal(read_as("0:head 1:one 2: 3:three 4:four ", &error), 0);
}

/* Killed at any byte of what it wrote: what was whole is read, and it can go on from there. */
static void one_that_was_cut_short_anywhere_ends_before_that(void **state)
{
	static const char *const whole[] = { "", "0:head ", "0:head 1:one ",
					     "0:head 1:one 2: ", "0:head 1:one 2: 3:three " };
	CLEANUP(journal_close) struct journal journal = { .open = false };
	struct error error = { 0 };
	size_t records = 4;
	char bytes[512];
	off_t ends[5];

	(void)state;
	begin(&journal);
	journal_close(&journal);
	/* Where each record ends: a head of 48 bytes, and 32 in front of each record's own. */
	ends[0] = 0;
	ends[1] = 48 + 32 + 4;
	ends[2] = ends[1] + 32 + 3;
	ends[3] = ends[2] + 32;
	ends[4] = ends[3] + 32 + 5;
	assert_int_equal(places_length(FILE_NAME), ends[4]);
	places_read(FILE_NAME, bytes, (size_t)ends[4]);
	for (off_t length = ends[4]; length >= 0; length--) {
		CLEANUP(text_clear) struct text longer = { 0 };

		places_write(FILE_NAME, bytes, (size_t)length);
		while (records && length < ends[records])
			records--;
		assert_int_equal(read_as(whole[records], &error), 0);
		assert_int_equal(journal_exists("demo", &error), 1);
		if (!records) {
			assert_int_equal(journal_open(&journal, "demo", &error), -ENOENT);
			continue;
		}
		assert_int_equal(journal_open(&journal, "demo", &error), 0);
		assert_int_equal(journal_append(&journal, 5, "more", 4, &error), 0);
		journal_close(&journal);
		text_printf(&longer, "%s5:more ", whole[records]);
		assert_int_equal(read_as(text_string(&longer), &error), 0);
	}
}

static void one_bit_that_was_turned_anywhere_is_seen(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	const off_t boot_ends = 48;

	(void)state;
	begin(&journal);
	for (off_t at = 0; at < places_length(FILE_NAME); at++) {
		struct error error = { 0 };
		CLEANUP(text_clear) struct text text = { 0 };
		int r;

		places_flip(FILE_NAME, at);
		r = journal_read("demo", put, &text, &error);
		/* Where the boot stands it is another boot's: there is no journal. */
		if (at >= 8 && at < boot_ends)
			assert_true(r < 0 || !text.length);
		else
			assert_true(r < 0);
		if (at >= boot_ends) {
			assert_int_equal(r, -EBADMSG);
			assert_int_equal(error.exit, EXIT_REFUSED);
		}
		places_flip(FILE_NAME, at);
	}
	assert_int_equal(read_as("0:head 1:one 2: 3:three ", &(struct error){ 0 }), 0);
}

static void records_that_changed_places_are_seen(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	struct error error = { 0 };
	const size_t first = 48 + 32 + 4, length = 32 + 3;
	char bytes[48 + 32 + 4 + 2 * (32 + 3)];

	(void)state;
	assert_int_equal(journal_create(&journal, "demo", "head", 4, &error), 0);
	assert_int_equal(journal_append(&journal, 1, "aaa", 3, &error), 0);
	assert_int_equal(journal_append(&journal, 1, "bbb", 3, &error), 0);
	assert_int_equal(places_length(FILE_NAME), sizeof(bytes));
	places_read(FILE_NAME, bytes, sizeof(bytes));
	memcpy(bytes + first, bytes + first + length, length);
	places_write(FILE_NAME, bytes, sizeof(bytes));
	assert_int_equal(read_as("0:head ", &error), -EBADMSG);
	assert_int_equal(journal_open(&journal, "demo", &error), -EBADMSG);
}

static void one_of_another_boot_is_none(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	struct error error = { 0 };

	(void)state;
	if (access("/proc/sys/kernel/random/boot_id", R_OK) < 0)
		skip();
	begin(&journal);
	journal_close(&journal);
	places_flip(FILE_NAME, 10);
	assert_int_equal(journal_exists("demo", &error), 0);
	assert_int_equal(journal_list(&labs, &error), 0);
	assert_int_equal(labs.count, 0);
	assert_int_equal(journal_create(&journal, "demo", "new", 3, &error), 0);
	assert_int_equal(read_as("0:new ", &error), 0);
}

static void one_of_another_version_is_told(void **state)
{
	struct error error = { 0 };
	char bytes[100] = "ovljrnl9";

	(void)state;
	places_write(FILE_NAME, bytes, sizeof(bytes));
	assert_true(journal_exists("demo", &error) < 0);
	assert_non_null(strstr(error.text, "no journal of this version"));
}

static void what_lies_in_its_place_is_not_believed(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	struct error error = { 0 };

	(void)state;
	begin(&journal);
	journal_close(&journal);
	chmod(places_path(FILE_NAME), 0622);
	assert_true(journal_exists("demo", &error) < 0);
	chmod(places_path(FILE_NAME), 0600);
	assert_int_equal(rename(places_path(FILE_NAME), places_path("target")), 0);
	assert_int_equal(symlink(places_path("target"), places_path(FILE_NAME)), 0);
	assert_true(journal_read("demo", put, NULL, &error) < 0);
	assert_true(journal_open(&journal, "demo", &error) < 0);
	assert_true(journal_create(&journal, "demo", "x", 1, &error) < 0);
	/* Somebody has to look at it. */
	assert_int_equal(journal_list(&labs, &error), 0);
	assert_int_equal(labs.count, 1);
	unlink(places_path(FILE_NAME));
	assert_int_equal(rename(places_path("target"), places_path(FILE_NAME)), 0);
	if (!places_as_root(true))
		skip();
	assert_int_equal(chown(places_path(FILE_NAME), 0, 0), 0);
	chmod(places_path(FILE_NAME), 0644);
	places_as_root(false);
	assert_int_equal(journal_read("demo", put, NULL, &error), -EPERM);
	assert_non_null(strstr(error.text, "another user"));
}

static void the_labs_that_have_one_are_listed(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(journal_create(&journal, "other", "", 0, &error), 0);
	journal_close(&journal);
	begin(&journal);
	places_write("run/ovl/demo.lock", "", 0);
	places_write("run/ovl/No Lab.journal", "", 0);
	assert_int_equal(journal_list(&labs, &error), 0);
	assert_int_equal(labs.count, 2);
	assert_string_equal(labs.names[0], "demo");
	assert_string_equal(labs.names[1], "other");
}

/* A file may not grow any more in the middle of a record: a short write, then a failure. */
static void a_record_that_does_not_fit_was_not_added(void **state)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	struct rlimit before, limit;
	struct error error = { 0 };
	char big[4096] = { 0 };
	off_t length;

	(void)state;
	begin(&journal);
	length = places_length(FILE_NAME);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = (rlim_t)length + 100;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(journal_append(&journal, 5, big, sizeof(big), &error), -EFBIG);
	assert_int_equal(error.exit, EXIT_REFUSED);
	assert_int_equal(places_length(FILE_NAME), length);
	assert_int_equal(journal_append(&journal, 6, "fits", 4, &error), 0);
	journal_close(&journal);
	forget_all(NULL);
	limit.rlim_cur = 60;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(journal_create(&journal, "demo", "head", 4, &error), -EFBIG);
	assert_int_equal(places_length(FILE_NAME), -1);
	setrlimit(RLIMIT_FSIZE, &before);
	begin(&journal);
	assert_int_equal(journal_append(&journal, 6, "fits", 4, &error), 0);
	assert_int_equal(read_as("0:head 1:one 2: 3:three 6:fits ", &error), 0);
}

static int fill_disk(void)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	struct error error = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	static char page[3000];
	unsigned added = 0, seen = 0;
	int filler, r;

	if (journal_create(&journal, "demo", "head", 4, &error) < 0)
		return 1;
	memset(page, 'x', sizeof(page));
	while (!(r = journal_append(&journal, 1, page, sizeof(page), &error)))
		added++;
	if (r != -ENOSPC || error.exit != EXIT_REFUSED || journal.torn ||
	    journal_read("demo", put, &text, &error) < 0)
		return 2;
	for (size_t i = 0; i < text.length; i++)
		seen += text.bytes[i] == '1';
	if (seen != added)
		return 3;
	journal_close(&journal);
	/* With all of it taken none is begun. */
	places_write("run/filler", "", 0);
	filler = open(places_path("run/filler"), O_WRONLY | O_APPEND | O_CLOEXEC);
	while (write(filler, page, 100) > 0)
		;
	if (journal_create(&journal, "other", page, sizeof(page), &error) != -ENOSPC ||
	    journal_exists("other", &error) != 0)
		return 4;
	return 0;
}

static void a_full_disk_is_told_and_leaves_what_was_whole(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (!places_as_root(true))
		skip();
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNS) < 0 ||
		    mount("", "/", "none", MS_PRIVATE | MS_REC, NULL) < 0 ||
		    mount("tmpfs", places_path("run"), "tmpfs", 0, "size=64k,mode=1777") < 0)
			_exit(77);
		places_as_root(false);
		_exit(fill_disk());
	}
	places_as_root(false);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_was_added_is_read_in_order, forget_all),
		cmocka_unit_test_teardown(there_is_one_at_a_time, forget_all),
		cmocka_unit_test_teardown(it_is_opened_again_and_goes_on, forget_all),
		cmocka_unit_test_teardown(one_that_was_cut_short_anywhere_ends_before_that,
					  forget_all),
		cmocka_unit_test_teardown(one_bit_that_was_turned_anywhere_is_seen, forget_all),
		cmocka_unit_test_teardown(records_that_changed_places_are_seen, forget_all),
		cmocka_unit_test_teardown(one_of_another_boot_is_none, forget_all),
		cmocka_unit_test_teardown(one_of_another_version_is_told, forget_all),
		cmocka_unit_test_teardown(what_lies_in_its_place_is_not_believed, forget_all),
		cmocka_unit_test_teardown(the_labs_that_have_one_are_listed, forget_all),
		cmocka_unit_test_teardown(a_record_that_does_not_fit_was_not_added, forget_all),
		cmocka_unit_test_teardown(a_full_disk_is_told_and_leaves_what_was_whole,
					  forget_all),
	};

	return cmocka_run_group_tests(tests, places_make, places_remove);
}

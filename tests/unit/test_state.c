/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/state.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "support/places.h"

/* Each begins without folders of ovl. */
static int forget_all(void **state)
{
	(void)state;
	places_as_root(true);
	unlink(places_path("run/ovl/f"));
	rmdir(places_path("run/ovl/below"));
	if (rmdir(places_path("run/ovl")) < 0)
		unlink(places_path("run/ovl"));
	rmdir(places_path("state/home/ovl"));
	rmdir(places_path("state/home"));
	rmdir(places_path("state"));
	places_as_root(false);
	return 0;
}

static int open_run(bool make, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	int r = state_open(STATE_RUNTIME, NULL, make, &directory, error);

	return r < 0 ? r : directory.fd >= 0;
}

static void where_nothing_was_made_there_is_none(void **state)
{
	CLEANUP(state_close) struct state_directory kept = { .fd = -1 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(open_run(false, &error), 0);
	assert_int_equal(state_open(STATE_KEPT, NULL, false, &kept, &error), 0);
	assert_int_equal(kept.fd, -1);
	assert_int_equal(state_open(STATE_KEPT, "demo", false, &kept, &error), 0);
	assert_int_equal(kept.fd, -1);
	assert_int_equal(error.errnum, 0);
	assert_int_equal(places_length("run/ovl"), -1);
	assert_int_equal(places_length("state"), -1);
}

static void the_folders_are_made_for_the_user_alone(void **state)
{
	CLEANUP(state_close) struct state_directory run = { .fd = -1 };
	CLEANUP(state_close) struct state_directory kept = { .fd = -1 };
	CLEANUP(state_close) struct state_directory personal = { .fd = -1 };
	struct error error = { 0 };
	struct stat stat;

	(void)state;
	assert_int_equal(state_open(STATE_RUNTIME, "below", true, &run, &error), 0);
	assert_string_equal(run.path, places_path("run/ovl/below"));
	assert_int_equal(state_open(STATE_KEPT, NULL, true, &kept, &error), 0);
	assert_string_equal(kept.path, places_path("state/home/ovl"));
	assert_int_equal(state_open(STATE_PERSONAL, "learn", true, &personal, &error), 0);
	assert_string_equal(personal.path, places_path("state/home/ovl/learn"));
	assert_int_equal(fstat(run.fd, &stat), 0);
	assert_int_equal(stat.st_mode & 07777, 0700);
	assert_int_equal(lstat(places_path("state"), &stat), 0);
	assert_int_equal(stat.st_mode & 07777, 0700);
	assert_int_equal(open_run(false, &error), 1);
}

static void a_folder_that_others_may_write_to_is_refused(void **state)
{
	struct error error = { 0 };

	(void)state;
	mkdir(places_path("run/ovl"), 0700);
	chmod(places_path("run/ovl"), 0770);
	assert_int_equal(open_run(true, &error), -EINVAL);
	assert_non_null(strstr(error.text, "others may write to"));
}

/* What cannot be used is passed over: here there is another place in /tmp. */
static void assert_passed_over(void)
{
	CLEANUP(state_close) struct state_directory run = { .fd = -1 };
	struct error error = { 0 };

	assert_int_equal(state_open(STATE_RUNTIME, NULL, false, &run, &error), 0);
	if (run.fd >= 0)
		assert_memory_equal(run.path, "/tmp/ovl-", 9);
}

static void a_link_in_place_of_the_folder_is_not_followed(void **state)
{
	(void)state;
	assert_int_equal(symlink("/tmp", places_path("run/ovl")), 0);
	assert_passed_over();
}

static void a_folder_of_another_user_is_not_used(void **state)
{
	(void)state;
	mkdir(places_path("run/ovl"), 0700);
	if (!places_as_root(true))
		skip();
	assert_int_equal(chown(places_path("run/ovl"), 0, 0), 0);
	places_as_root(false);
	assert_passed_over();
}

static void assert_refused(struct state_directory *run, const char *text)
{
	struct error error = { 0 };
	int fd = -1;

	assert_int_not_equal(state_file(run, "f", O_RDWR | O_CREAT, &fd, &error), 0);
	assert_int_equal(fd, -1);
	assert_non_null(strstr(error.text, text));
}

static void a_file_is_refused_that_is_none_of_ours(void **state)
{
	CLEANUP(state_close) struct state_directory run = { .fd = -1 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(state_open(STATE_RUNTIME, NULL, true, &run, &error), 0);
	assert_int_equal(symlink("/etc/passwd", places_path("run/ovl/f")), 0);
	assert_refused(&run, "is a link");
	unlink(places_path("run/ovl/f"));
	assert_int_equal(mkfifo(places_path("run/ovl/f"), 0600), 0);
	assert_refused(&run, "is no file");
	unlink(places_path("run/ovl/f"));
	places_write("run/ovl/f", "", 0);
	chmod(places_path("run/ovl/f"), 0666);
	assert_refused(&run, "others may write to");
	chmod(places_path("run/ovl/f"), 0644);
	if (!places_as_root(true))
		skip();
	assert_int_equal(chown(places_path("run/ovl/f"), 0, 0), 0);
	chmod(places_path("run/ovl/f"), 0444);
	places_as_root(false);
	assert_int_equal(state_read(&run, "f", 10, &(struct text){ 0 }, &error), -EPERM);
	assert_non_null(strstr(error.text, "another user (uid 0)"));
}

static void a_file_is_replaced_and_read_whole(void **state)
{
	CLEANUP(state_close) struct state_directory run = { .fd = -1 };
	CLEANUP(text_clear) struct text text = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(state_open(STATE_RUNTIME, NULL, true, &run, &error), 0);
	assert_int_equal(state_read(&run, "f", 10, &text, &error), -ENOENT);
	/* What a crash left is no obstacle. */
	places_write("run/ovl/f.new", "half", 4);
	assert_int_equal(state_replace(&run, "f", "first", 5, &error), 0);
	assert_int_equal(state_replace(&run, "f", "second", 6, &error), 0);
	assert_int_equal(state_read(&run, "f", 6, &text, &error), 0);
	assert_string_equal(text_string(&text), "second");
	assert_int_equal(state_read(&run, "f", 5, &text, &error), -EFBIG);
	assert_int_equal(places_length("run/ovl/f.new"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(where_nothing_was_made_there_is_none, forget_all),
		cmocka_unit_test_teardown(the_folders_are_made_for_the_user_alone, forget_all),
		cmocka_unit_test_teardown(a_folder_that_others_may_write_to_is_refused, forget_all),
		cmocka_unit_test_teardown(a_link_in_place_of_the_folder_is_not_followed,
					  forget_all),
		cmocka_unit_test_teardown(a_folder_of_another_user_is_not_used, forget_all),
		cmocka_unit_test_teardown(a_file_is_refused_that_is_none_of_ours, forget_all),
		cmocka_unit_test_teardown(a_file_is_replaced_and_read_whole, forget_all),
	};

	return cmocka_run_group_tests(tests, places_make, places_remove);
}

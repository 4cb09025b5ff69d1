/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/lab_lock.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "support/places.h"

#define FILE_NAME "run/ovl/demo.lock"

/* A process that has the lock until it is killed, or lets it go when it reads a byte. */
struct holder {
	pid_t pid;
	int to;
};

static struct holder start_holder(void)
{
	int ready[2], to[2];
	struct holder holder;
	char byte;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(to), 0);
	holder.pid = fork();
	if (!holder.pid) {
		struct error error = { 0 };
		struct lab_lock lock;

		close(to[1]);
		if (lab_lock_take(&lock, "demo", &error) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		if (read(to[0], &byte, 1) == 1)
			lab_lock_release(&lock);
		_exit(0);
	}
	close(ready[1]);
	close(to[0]);
	holder.to = to[1];
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return holder;
}

static void end_holder(struct holder *holder)
{
	close(holder->to);
	assert_int_equal(waitpid(holder->pid, NULL, 0), holder->pid);
}

static void a_lock_that_is_given_back_leaves_nothing(void **state)
{
	struct error error = { 0 };
	struct lab_lock lock;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(lab_lock_take(&lock, "demo", &error), 0);
		assert_true(places_length(FILE_NAME) > 1);
		lab_lock_release(&lock);
		assert_int_equal(places_length(FILE_NAME), -1);
		lab_lock_release(&lock);
	}
	assert_int_equal(lab_lock_holder("demo"), 0);
	assert_int_equal(places_length(FILE_NAME), -1);
}

static void what_is_no_labs_name_is_refused(void **state)
{
	struct error error = { 0 };
	struct lab_lock lock;

	(void)state;
	assert_true(lab_lock_take(&lock, "../x", &error) < 0);
	assert_int_equal(error.exit, EXIT_USAGE);
	assert_int_equal(lab_lock_holder("../x"), 0);
}

static void the_holder_is_named_to_others(void **state)
{
	struct holder holder = start_holder();
	struct error error = { 0 };
	struct lab_lock lock;
	char expected[96];

	(void)state;
	assert_int_equal(lab_lock_holder("demo"), holder.pid);
	assert_int_equal(lab_lock_holder("other"), 0);
	assert_int_equal(lab_lock_take(&lock, "other", &error), 0);
	lab_lock_release(&lock);
	assert_int_equal(lab_lock_take(&lock, "demo", &error), -EBUSY);
	assert_int_equal(error.exit, EXIT_BUSY);
	snprintf(expected, sizeof(expected),
		 "lab 'demo': busy: another ovl (pid %d) is changing it", holder.pid);
	assert_string_equal(error.text, expected);
	lab_lock_release(&lock);
	assert_int_equal(lab_lock_holder("demo"), holder.pid);
	end_holder(&holder);
}

static void it_dies_with_its_process(void **state)
{
	struct holder holder = start_holder();
	struct error error = { 0 };
	struct lab_lock lock;

	(void)state;
	kill(holder.pid, SIGKILL);
	end_holder(&holder);
	/* Its pid still stands there. */
	assert_true(places_length(FILE_NAME) > 1);
	assert_int_equal(lab_lock_holder("demo"), 0);
	assert_int_equal(lab_lock_take(&lock, "demo", &error), 0);
	lab_lock_release(&lock);
}

static void who_waits_gets_it_when_it_is_given_back(void **state)
{
	struct holder holder = start_holder();
	struct error error = { 0 };
	struct lab_lock lock;

	(void)state;
	/* It is given back while this waits: the file that is locked then is another one. */
	assert_int_equal(write(holder.to, "", 1), 1);
	assert_int_equal(lab_lock_take(&lock, "demo", &error), 0);
	assert_true(places_length(FILE_NAME) > 1);
	lab_lock_release(&lock);
	end_holder(&holder);
}

/* Several at once add to what lies in memory that they share, which only one may do at a time. */
static void two_never_have_it_at_once(void **state)
{
	enum { PROCESSES = 4, TURNS = 100 };
	volatile int *shared =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, failed = 0;

	(void)state;
	assert_ptr_not_equal(shared, MAP_FAILED);
	for (int i = 0; i < PROCESSES; i++) {
		if (fork())
			continue;
		for (int turn = 0; turn < TURNS; turn++) {
			CLEANUP(lab_lock_release) struct lab_lock lock = { .held = false };
			struct error error = { 0 };

			if (lab_lock_take(&lock, "demo", &error) < 0)
				_exit(error.exit == EXIT_BUSY ? 0 : 1);
			if (shared[0])
				_exit(2);
			shared[0] = getpid();
			shared[1]++;
			if (shared[0] != getpid())
				_exit(3);
			shared[0] = 0;
		}
		_exit(0);
	}
	while (wait(&status) > 0)
		failed |= status;
	assert_int_equal(failed, 0);
	assert_true(shared[1] > TURNS);
	assert_int_equal(places_length(FILE_NAME), -1);
}

static void a_link_or_a_strange_file_is_no_lock(void **state)
{
	struct error error = { 0 };
	struct lab_lock lock;

	(void)state;
	assert_int_equal(symlink(places_path("victim"), places_path(FILE_NAME)), 0);
	assert_true(lab_lock_take(&lock, "demo", &error) < 0);
	assert_int_equal(error.exit, EXIT_REFUSED);
	assert_int_equal(places_length("victim"), -1);
	unlink(places_path(FILE_NAME));
	places_write(FILE_NAME, "1\n", 2);
	assert_int_equal(lab_lock_holder("demo"), 0);
	if (places_as_root(true)) {
		assert_int_equal(chown(places_path(FILE_NAME), 0, 0), 0);
		places_as_root(false);
		assert_true(lab_lock_take(&lock, "demo", &error) < 0);
	}
	unlink(places_path(FILE_NAME));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lock_that_is_given_back_leaves_nothing),
		cmocka_unit_test(what_is_no_labs_name_is_refused),
		cmocka_unit_test(the_holder_is_named_to_others),
		cmocka_unit_test(it_dies_with_its_process),
		cmocka_unit_test(who_waits_gets_it_when_it_is_given_back),
		cmocka_unit_test(two_never_have_it_at_once),
		cmocka_unit_test(a_link_or_a_strange_file_is_no_lock),
	};

	return cmocka_run_group_tests(tests, places_make, places_remove);
}

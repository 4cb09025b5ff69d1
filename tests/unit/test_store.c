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
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "support/places.h"

#define FOLDER "state/home/ovl/"

/* Each test has a lab of its own. */
static uint64_t add(const char *lab, const char *bytes)
{
	const struct store_meta meta = { .time = 1, .who = "alice" };
	struct error error = { 0 };
	uint64_t number = 0;

	assert_int_equal(store_add(lab, bytes, strlen(bytes), &meta, &number, &error), 0);
	return number;
}

static void assert_file(const char *lab, size_t back, const char *bytes)
{
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	struct error error = { 0 };

	assert_int_equal(store_read(lab, back, &file, &error), 0);
	assert_string_equal(text_string(&file.bytes), bytes);
	assert_string_equal(file.entry.meta.who, "alice");
}

static size_t count_of(const char *lab)
{
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	struct error error = { 0 };

	assert_int_equal(store_list(lab, &entries, &error), 0);
	return entries.count;
}

static void a_lab_that_was_never_applied_has_no_files(void **state)
{
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(count_of("never"), 0);
	assert_int_equal(store_labs(&labs, &error), 0);
	assert_int_equal(labs.count, 0);
	assert_int_equal(store_drop_newest("never", 1, &error), 0);
	assert_int_equal(error.errnum, 0);
	assert_int_equal(store_read("never", 0, &file, &error), -ENOENT);
	assert_int_equal(error.exit, EXIT_USAGE);
	assert_int_equal(places_length("state"), -1);
}

static void the_newest_is_0_and_the_others_count_back(void **state)
{
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	struct error error = { 0 };

	(void)state;
	add("back", "first");
	add("back", "");
	add("back", "third");
	assert_file("back", 0, "third");
	assert_file("back", 1, "");
	assert_file("back", 2, "first");
	assert_int_equal(store_read("back", 3, &file, &error), -ENOENT);
	assert_string_equal(error.text, "lab 'back': 3 files of it are kept: 0 to 2, not 3");
}

static void what_is_known_of_an_apply_is_read_back(void **state)
{
	const char *const sets[] = { "vni=3", "text=a b\\n\n=", NULL };
	const struct store_meta meta = { .time = 1764043200,
					 .who = "uid 1000",
					 .host = "h1",
					 .from = "/tmp/a b\nwho \\mallory.yaml",
					 .comment = " \\ ü\x01\n",
					 .sets = sets };
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	const struct store_meta *got;
	struct error error = { 0 };
	uint64_t number;

	(void)state;
	assert_int_equal(store_add("meta", "x", 1, &meta, &number, &error), 0);
	assert_int_equal(store_list("meta", &entries, &error), 0);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entries.items[0].number, number);
	assert_string_equal(entries.items[0].path, places_path(FOLDER "meta/1.yaml"));
	got = &entries.items[0].meta;
	assert_int_equal(got->time, meta.time);
	assert_string_equal(got->who, meta.who);
	assert_string_equal(got->host, meta.host);
	assert_string_equal(got->from, meta.from);
	assert_string_equal(got->comment, meta.comment);
	assert_string_equal(got->mark, "");
	assert_string_equal(got->sets[0], sets[0]);
	assert_string_equal(got->sets[1], sets[1]);
	assert_null(got->sets[2]);
}

static void the_last_fifty_stay(void **state)
{
	char text[32];

	(void)state;
	for (int i = 1; i <= STORE_MOST + 3; i++) {
		snprintf(text, sizeof(text), "file %d", i);
		assert_int_equal(add("fifty", text), i);
	}
	assert_int_equal(count_of("fifty"), STORE_MOST);
	assert_file("fifty", 0, "file 53");
	assert_file("fifty", STORE_MOST - 1, "file 4");
	assert_int_equal(places_length(FOLDER "fifty/3.yaml"), -1);
	assert_int_equal(places_length(FOLDER "fifty/3.meta"), -1);
	assert_true(places_length(FOLDER "fifty/4.meta") > 0);
}

static void one_whose_apply_was_taken_back_is_dropped(void **state)
{
	struct error error = { 0 };

	(void)state;
	add("drop", "first");
	add("drop", "second");
	assert_int_equal(store_drop_newest("drop", 2, &error), 0);
	assert_file("drop", 0, "first");
	/* It is the newest no more; and what is older than that is not dropped. */
	assert_int_equal(store_drop_newest("drop", 2, &error), 0);
	assert_int_equal(count_of("drop"), 1);
	/* Its number stood in a message perhaps. */
	assert_int_equal(add("drop", "third"), 3);
	assert_int_equal(places_length(FOLDER "drop/2.meta"), -1);
	assert_int_equal(store_drop_newest("drop", 3, &error), 0);
	assert_int_equal(store_drop_newest("drop", 1, &error), 0);
	assert_int_equal(count_of("drop"), 0);
	assert_int_equal(add("drop", "fourth"), 4);
}

static void what_became_of_one_is_marked(void **state)
{
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	struct error error = { 0 };

	(void)state;
	add("mark", "first");
	add("mark", "second");
	assert_int_equal(store_mark("mark", 1, "rolled back", &error), 0);
	assert_int_equal(store_mark("mark", 1, "rolled\nback", &error), 0);
	assert_int_equal(store_mark("mark", 2, "rolled back", &error), -ENOENT);
	assert_int_equal(store_list("mark", &entries, &error), 0);
	assert_string_equal(entries.items[0].meta.mark, "");
	assert_string_equal(entries.items[1].meta.mark, "rolled\nback");
	assert_string_equal(entries.items[1].meta.who, "alice");
	assert_int_equal(entries.items[1].meta.time, 1);
}

/* A file with everything that is no meta of ours. */
static void what_is_wrong_with_a_meta_costs_its_words_only(void **state)
{
	static const char bytes[] = "time 99999999999999999999\ntime x\ntime\nwho\nhost \nset a\n"
				    "nosuch key\n\n \n  \ncomment last\\\nset b\nfrom \0hidden";
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	struct error error = { 0 };
	struct stat stat;

	(void)state;
	for (int i = 0; i < 4; i++)
		add("wrong", "x");
	places_write(FOLDER "wrong/1.meta", bytes, sizeof(bytes));
	unlink(places_path(FOLDER "wrong/2.meta"));
	unlink(places_path(FOLDER "wrong/3.meta"));
	assert_int_equal(
		symlink(places_path(FOLDER "wrong/4.meta"), places_path(FOLDER "wrong/3.meta")), 0);
	assert_int_equal(truncate(places_path(FOLDER "wrong/4.meta"), 2 * 1024 * 1024), 0);
	places_write(FOLDER "wrong/007.yaml", "", 0);
	places_write(FOLDER "wrong/9999999999999999999999.yaml", "", 0);
	places_write(FOLDER "wrong/8.yaml.new", "", 0);
	assert_int_equal(store_list("wrong", &entries, &error), 0);
	assert_int_equal(entries.count, 4);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(entries.items[i].meta.who, "");
		assert_null(entries.items[i].meta.sets[0]);
	}
	assert_string_equal(entries.items[3].meta.comment, "last\\");
	assert_string_equal(entries.items[3].meta.sets[0], "a");
	assert_string_equal(entries.items[3].meta.sets[1], "b");
	assert_string_equal(entries.items[3].meta.from, "");
	assert_int_equal(lstat(places_path(FOLDER "wrong/1.yaml"), &stat), 0);
	assert_int_equal(entries.items[3].meta.time, stat.st_mtime);
}

static void the_labs_that_have_files_are_listed(void **state)
{
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	struct error error = { 0 };
	size_t named = 0;

	(void)state;
	add("list-b", "x");
	add("list-a", "x");
	mkdir(places_path(FOLDER "list-empty"), 0700);
	mkdir(places_path(FOLDER "list-open"), 0700);
	chmod(places_path(FOLDER "list-open"), 0777);
	places_write(FOLDER "list-open/1.yaml", "", 0);
	assert_int_equal(symlink("list-a", places_path(FOLDER "list-link")), 0);
	places_write(FOLDER "history", "", 0);
	assert_int_equal(store_labs(&labs, &error), 0);
	for (size_t i = 0; i < labs.count; i++) {
		assert_string_not_equal(labs.names[i], "history");
		if (strncmp(labs.names[i], "list-", 5) != 0)
			continue;
		assert_string_equal(labs.names[i], named ? "list-b" : "list-a");
		named++;
	}
	assert_int_equal(named, 2);
	assert_int_equal(store_list("list-open", &(struct store_entries){ 0 }, &error), -EINVAL);
}

static void what_another_user_put_there_is_not_read(void **state)
{
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	struct error error = { 0 };

	(void)state;
	add("foreign", "x");
	if (!places_as_root(true))
		skip();
	assert_int_equal(chown(places_path(FOLDER "foreign/1.yaml"), 0, 0), 0);
	chmod(places_path(FOLDER "foreign/1.yaml"), 0644);
	places_as_root(false);
	assert_int_equal(store_read("foreign", 0, &file, &error), -EPERM);
	places_as_root(true);
	assert_int_equal(chown(places_path(FOLDER "foreign"), 0, 0), 0);
	chmod(places_path(FOLDER "foreign"), 0755);
	places_as_root(false);
	assert_int_equal(store_list("foreign", &(struct store_entries){ 0 }, &error), -EPERM);
}

static void what_does_not_fit_is_not_kept(void **state)
{
	const struct store_meta meta = { .time = 1, .who = "alice" };
	struct rlimit before, limit;
	struct error error = { 0 };
	char big[4096] = { 0 };
	uint64_t number = 77;

	(void)state;
	add("full", "first");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = 1000;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(store_add("full", big, sizeof(big), &meta, &number, &error), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(number, 77);
	assert_int_equal(error.exit, EXIT_REFUSED);
	assert_file("full", 0, "first");
	assert_int_equal(places_length(FOLDER "full/2.meta"), -1);
	assert_int_equal(places_length(FOLDER "full/2.yaml.new"), -1);
}

static void through_sudo_it_is_who_called_that(void **state)
{
	char who[STORE_WHO];

	(void)state;
	unsetenv("SUDO_USER");
	store_who(who);
	assert_true(strlen(who) > 0);
	setenv("SUDO_USER", "carol", 1);
	if (places_as_root(true)) {
		store_who(who);
		assert_string_equal(who, "carol");
		places_as_root(false);
	}
	/* Who is not root says what he likes. */
	store_who(who);
	assert_string_not_equal(who, "carol");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lab_that_was_never_applied_has_no_files),
		cmocka_unit_test(the_newest_is_0_and_the_others_count_back),
		cmocka_unit_test(what_is_known_of_an_apply_is_read_back),
		cmocka_unit_test(the_last_fifty_stay),
		cmocka_unit_test(one_whose_apply_was_taken_back_is_dropped),
		cmocka_unit_test(what_became_of_one_is_marked),
		cmocka_unit_test(what_is_wrong_with_a_meta_costs_its_words_only),
		cmocka_unit_test(the_labs_that_have_files_are_listed),
		cmocka_unit_test(what_another_user_put_there_is_not_read),
		cmocka_unit_test(what_does_not_fit_is_not_kept),
		cmocka_unit_test(through_sudo_it_is_who_called_that),
	};

	return cmocka_run_group_tests(tests, places_make, places_remove);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <readline/history.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "shell/history.h"
#include "support/places.h"

#define NAME "home/ovl/history"

static int forget_all(void **state)
{
	(void)state;
	clear_history();
	unlink(places_path(NAME));
	rmdir(places_path("home/ovl"));
	rmdir(places_path("home"));
	return 0;
}

static int load(void)
{
	struct error error = { 0 };

	clear_history();
	return history_load(places_path(NAME), &error);
}

static void keep(const char *line)
{
	struct error error = { 0 };

	assert_int_equal(history_keep(line, places_path(NAME), &error), 0);
}

/* readline's list and the file, each with its lines between '/'. */
static const char *list(void)
{
	static struct text text;

	text_cut(&text, 0);
	for (HIST_ENTRY **entry = history_list(); entry && *entry; entry++)
		text_printf(&text, "/%s", (*entry)->line);
	return text_string(&text);
}

static const char *file(void)
{
	static char bytes[4096];
	off_t length = places_length(NAME);

	assert_in_range(length, 0, sizeof(bytes) - 1);
	places_read(NAME, bytes, (size_t)length);
	bytes[length] = '\0';
	for (char *at = bytes; *at; at++)
		if (*at == '\n')
			*at = '/';
	return bytes;
}

static void it_is_private_and_its_folders_are_made(void **state)
{
	struct stat stat_;

	(void)state;
	assert_int_equal(load(), 0);
	assert_int_equal(stat(places_path(NAME), &stat_), 0);
	assert_int_equal(stat_.st_mode & 0777, 0600);
	assert_int_equal(stat(places_path("home/ovl"), &stat_), 0);
	assert_int_equal(stat_.st_mode & 0777, 0700);
	assert_int_equal(chmod(places_path(NAME), 0644), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(stat(places_path(NAME), &stat_), 0);
	assert_int_equal(stat_.st_mode & 0777, 0600);
}

static void an_earlier_equal_line_gives_way(void **state)
{
	(void)state;
	load();
	keep("a");
	keep("b");
	keep("b");
	keep("a");
	keep(" secret");
	keep("");
	assert_string_equal(list(), "/b/a");
	assert_string_equal(file(), "a/b/a/");
	load();
	assert_string_equal(list(), "/b/a");
	assert_string_equal(file(), "b/a/");
}

static void what_a_crash_cut_short_stays_a_line(void **state)
{
	(void)state;
	load();
	places_write(NAME, "one\ntw", 6);
	keep("three");
	assert_string_equal(file(), "one/tw/three/");
}

static void the_oldest_lines_go_when_there_are_too_many(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	load();
	for (int i = 0; i < HISTORY_MOST + 5; i++)
		text_printf(&text, "line %d\n", i);
	places_write(NAME, text.bytes, text.length);
	assert_int_equal(load(), 0);
	assert_int_equal(history_length, HISTORY_MOST);
	assert_string_equal(history_list()[0]->line, "line 5");
	keep("one more");
	assert_int_equal(history_length, HISTORY_MOST);
	assert_string_equal(history_list()[0]->line, "line 6");
	assert_string_equal(history_list()[HISTORY_MOST - 1]->line, "one more");
}

/* Some keep lines while others begin, which writes the file anew. */
static void no_shell_loses_what_another_keeps(void **state)
{
	enum { SHELLS = 4, LINES = 50 };
	pid_t pids[SHELLS];
	int seen = 0;

	(void)state;
	load();
	for (int i = 0; i < SHELLS; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		for (int n = 0; n < LINES; n++) {
			struct error error = { 0 };
			char line[32];

			snprintf(line, sizeof(line), "shell %d line %d", i, n);
			if (history_keep(line, places_path(NAME), &error) < 0 ||
			    history_keep("double", places_path(NAME), &error) < 0)
				_exit(1);
			clear_history();
			if (n % 10 == 9 && history_load(places_path(NAME), &error) < 0)
				_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < SHELLS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(load(), 0);
	for (HIST_ENTRY **entry = history_list(); *entry; entry++)
		seen += !strncmp((*entry)->line, "shell", 5);
	assert_int_equal(seen, SHELLS * LINES);
	assert_int_equal(history_length, SHELLS * LINES + 1);
}

static void another_users_folder_is_left_alone(void **state)
{
	struct error error = { 0 };

	(void)state;
	load();
	if (!places_as_root(true))
		skip();
	assert_int_equal(history_load(places_path(NAME), &error), -EPERM);
	assert_non_null(strstr(error.text, "another user"));
	places_as_root(false);
}

static void a_link_is_not_followed(void **state)
{
	struct error error = { 0 };

	(void)state;
	load();
	unlink(places_path(NAME));
	assert_int_equal(symlink("/dev/null", places_path(NAME)), 0);
	assert_true(history_load(places_path(NAME), &error) < 0);
	assert_int_equal(history_keep("a line", places_path(NAME), &error), -ELOOP);
	assert_string_equal(list(), "/a line");
}

static void its_place_follows_the_environment(void **state)
{
	CLEANUP(text_clear) struct text state_path = { 0 }, home_path = { 0 }, none = { 0 };

	(void)state;
	setenv("XDG_STATE_HOME", "/s", 1);
	setenv("HOME", "/h", 1);
	assert_true(history_default_path(&state_path));
	assert_string_equal(text_string(&state_path), "/s/ovl/history");
	setenv("XDG_STATE_HOME", "relative", 1);
	assert_true(history_default_path(&home_path));
	assert_string_equal(text_string(&home_path), "/h/.local/state/ovl/history");
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	assert_false(history_default_path(&none));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, forget_all, forget_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_private_and_its_folders_are_made),
		TEST(an_earlier_equal_line_gives_way),
		TEST(what_a_crash_cut_short_stays_a_line),
		TEST(the_oldest_lines_go_when_there_are_too_many),
		TEST(no_shell_loses_what_another_keeps),
		TEST(another_users_folder_is_left_alone),
		TEST(a_link_is_not_followed),
		TEST(its_place_follows_the_environment),
	};

	return cmocka_run_group_tests(tests, places_make, places_remove);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "shell/pipes.h"

/* What is typed behind the first '|'. */
static int take(struct pipes *pipes, const char *typed, struct error *error)
{
	CLEANUP(pointer_free) char *bytes = memory_text(typed);
	char *at[LINE_WORDS];
	size_t count;
	struct words words;

	assert_int_equal(line_split(bytes, strlen(bytes), true, at, &count, error), 0);
	words = (struct words){ at, count };
	return pipes_take(&words, pipes, error);
}

static void assert_refused(const char *typed, const char *expected)
{
	CLEANUP(pipes_clear) struct pipes pipes = { 0 };
	struct error error = { 0 };

	assert_int_equal(take(&pipes, typed, &error), -EINVAL);
	assert_int_equal(error.exit, EXIT_USAGE);
	assert_string_equal(error.text, expected);
}

/* A process that writes `length` bytes, `times` times over; it ends by SIGPIPE as a command does. */
static int written_by(pid_t *pid, const char *bytes, size_t length, size_t times)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	*pid = fork();
	if (!*pid) {
		CLEANUP(text_clear) struct text text = { 0 };

		signal(SIGPIPE, SIG_DFL);
		close(ends[0]);
		text_to_fd(&text, ends[1]);
		while (times--)
			text_put(&text, bytes, length);
		_exit(text_flush(&text) < 0);
	}
	assert_true(*pid > 0);
	close(ends[1]);
	return ends[0];
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void read_all(int fd, struct text *text)
{
	ssize_t n;

	while ((n = read(fd, text_room(text, 4096), 4096)) > 0)
		text->length += (size_t)n;
}

/* What comes out of the stages (NULL: none) for what a command writes. */
static void run(const char *typed, const char *bytes, size_t length, size_t times,
		struct text *result)
{
	CLEANUP(pipes_clear) struct pipes pipes = { 0 };
	CLEANUP(fd_close) int out = memfd_create("out", MFD_CLOEXEC);
	struct error error = { 0 };
	pid_t pid;
	int fd;

	if (typed)
		assert_int_equal(take(&pipes, typed, &error), 0);
	fd = written_by(&pid, bytes, length, times);
	assert_int_equal(pipes_run(typed ? &pipes : NULL, fd, out, true, &error), 0);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(status_of(pid), 0);
	lseek(out, 0, SEEK_SET);
	read_all(out, result);
}

static void assert_run(const char *typed, const char *bytes, size_t length, const char *expected,
		       size_t expected_length)
{
	CLEANUP(text_clear) struct text result = { 0 };

	run(typed, bytes, length, 1, &result);
	text_string(&result);
	assert_int_equal(result.length, expected_length);
	assert_memory_equal(result.bytes, expected, expected_length);
}

/* Of literals, so that a NUL may be in them. */
#define assert_gives(typed, input, expected) \
	assert_run((typed), (input), sizeof(input) - 1, (expected), sizeof(expected) - 1)

static void each_stage_takes_lines_and_passes_lines(void **state)
{
	(void)state;
	assert_gives(NULL, "one\ntwo\n", "one\ntwo\n");
	assert_gives("match o", "one\nthree\ntwo\n", "one\ntwo\n");
	assert_gives("match '^(one|t.*e)$'", "one\nthree\ntwo\n", "one\nthree\n");
	assert_gives("except o", "one\nthree\ntwo\n", "three\n");
	assert_gives("begin '^th'", "one\nthree\ntwo\n", "three\ntwo\n");
	assert_gives("begin nothing", "one\nthree\n", "");
	assert_gives("count", "one\nthree\ntwo\n", "3\n");
	assert_gives("json", "[1,\n2]\n", "[1,\n2]\n");
	assert_gives("no-more", "one\n", "one\n");
	assert_gives("count", "", "0\n");
	assert_gives("match x", "", "");
}

static void stages_are_passed_one_after_the_other(void **state)
{
	(void)state;
	assert_gives("begin b | match o | except oo", "o\nb\nfoo\nbo\nx\n", "bo\n");
	assert_gives("match o | count", "o\nb\nbo\n", "2\n");
	assert_gives("count | match 3", "a\nb\nc\n", "3\n");
	assert_gives("count | count", "a\nb\nc\n", "1\n");
	assert_gives("json | match 2 | count | no-more", "[1,\n2]\n", "1\n");
	assert_gives("b b | m o | e oo | c", "o\nb\nfoo\nbo\n", "1\n");
}

static void a_last_line_needs_no_newline(void **state)
{
	(void)state;
	assert_gives(NULL, "one\ntwo", "one\ntwo");
	assert_gives("match o", "one\ntwo", "one\ntwo");
	assert_gives("match 'o$'", "one\ntwo", "two");
	assert_gives("count", "one\ntwo", "2\n");
}

static void a_nul_is_a_byte_as_any_other(void **state)
{
	(void)state;
	assert_gives("match b$", "a\0b\na\0c\n", "a\0b\n");
	assert_gives("except ^a", "a\0b\n\0a\n", "\0a\n");
	assert_gives(NULL, "\0\n", "\0\n");
}

static void an_expression_goes_by_bytes(void **state)
{
	(void)state;
	assert_gives("match é", "é\ne\n", "é\n");
	assert_gives("match '^..$'", "é\nab\na\n", "é\nab\n");
	assert_gives("match '^.$'", "\xff\nab\n", "\xff\n");
}

enum { LONG = 3 * PIPES_LINE_MOST };

static void a_long_line_passes_whole_and_its_beginning_decides(void **state)
{
	CLEANUP(pointer_free) char *line = memory_new(LONG + 2, 1);
	CLEANUP(text_clear) struct text result = { 0 };

	(void)state;
	memset(line, 'x', LONG);
	line[0] = 'a';
	line[LONG - 1] = 'z';
	line[LONG] = '\n';
	run("match ^a | except y", line, LONG + 1, 2, &result);
	assert_int_equal(result.length, 2 * (LONG + 1));
	assert_memory_equal(result.bytes, line, LONG + 1);
	assert_memory_equal(result.bytes + LONG + 1, line, LONG + 1);
	text_cut(&result, 0);
	run("except ^a", line, LONG + 1, 2, &result);
	assert_string_equal(text_string(&result), "");
	run("match ^a | count", line, LONG + 1, 2, &result);
	assert_string_equal(text_string(&result), "2\n");
	text_cut(&result, 0);
	/* Its end belongs to the line, though it comes in a piece of its own. */
	run("match ^z", line, LONG + 1, 1, &result);
	assert_string_equal(text_string(&result), "");
}

static void output_may_be_of_any_length(void **state)
{
	CLEANUP(text_clear) struct text result = { 0 };

	(void)state;
	run("match b | count", "a\nb\nab\n", 7, 1000000, &result);
	assert_string_equal(text_string(&result), "2000000\n");
}

static void what_is_wrong_with_stages_is_told_before_anything_runs(void **state)
{
	static const char known[] = "match, except, begin, count, json, save, no-more";
	char expected[256];

	(void)state;
	snprintf(expected, sizeof(expected), "a word is expected behind '|': %s", known);
	assert_refused("", expected);
	assert_refused("match a |", expected);
	assert_refused("| match a", expected);
	snprintf(expected, sizeof(expected),
		 "unknown word 'mtach' behind '|', which takes %s (did you mean 'match'?)", known);
	assert_refused("mtach x", expected);
	assert_refused("match", "'match' needs a value: RE");
	assert_refused("match | count", "'match' needs a value: RE");
	assert_refused("match ''", "'match' has an empty value: RE is expected");
	assert_refused("match a b", "'b' is one word too many behind 'match': blanks need quotes");
	assert_refused("count 3", "'3' is one word too many behind 'count'");
	assert_refused("match '('", "'(' is no regular expression: Unmatched ( or \\(");
	assert_refused("match a | except '[b'", "'[b' is no regular expression: Unmatched [, [^, "
						"[:, [., or [=");
	assert_refused("match a | json", "'json' is how the command prints: it comes first");
	assert_refused("save /dev/null | count", "nothing can stand behind 'save'");
	assert_refused("compare", "'compare' stands behind a 'show' without arguments only");
}

static void json_is_asked_of_the_command(void **state)
{
	CLEANUP(pipes_clear) struct pipes pipes = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_false(pipes_any(&pipes));
	assert_false(pipes_want_json(&pipes));
	assert_int_equal(take(&pipes, "j | match x", &error), 0);
	assert_true(pipes_any(&pipes));
	assert_true(pipes_want_json(&pipes));
}

static void a_pipe_in_quotes_belongs_to_the_expression(void **state)
{
	(void)state;
	assert_gives("match 'a|b'", "a\nb\nc\n", "a\nb\n");
	assert_gives("match '|'", "a\na|b\n", "a\na|b\n");
	assert_gives("match '[|]'", "a\na|b\n", "a|b\n");
}

/* Files */

static char directory[64];

static const char *file_in(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void put_file(const char *name, const char *content, mode_t mode)
{
	CLEANUP(fd_close) int fd = open(file_in(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(fchmod(fd, mode), 0);
}

static void assert_file(const char *name, const char *content, mode_t mode)
{
	CLEANUP(fd_close) int fd = open(file_in(name), O_RDONLY | O_NOFOLLOW);
	CLEANUP(text_clear) struct text text = { 0 };
	struct stat stat;

	assert_true(fd >= 0);
	read_all(fd, &text);
	assert_string_equal(text_string(&text), content);
	assert_int_equal(fstat(fd, &stat), 0);
	assert_int_equal(stat.st_mode & 07777, mode);
}

/* Runs "save NAME" on what a command writes that then ends with `status`; the result of the last step. */
static int save(const char *name, const char *content, int status, struct error *error)
{
	CLEANUP(pipes_clear) struct pipes pipes = { 0 };
	char typed[160];
	pid_t pid;
	int r;

	snprintf(typed, sizeof(typed), "except skipped | save %s",
		 *name == '/' ? name : file_in(name));
	r = take(&pipes, typed, error);
	if (r < 0)
		return r;
	r = pipes_run(&pipes, written_by(&pid, content, strlen(content), 1), STDOUT_FILENO, true,
		      error);
	status_of(pid);
	return r < 0 ? r : pipes_finish(&pipes, status, error);
}

/* Whether nothing but these files is in the directory. */
static void assert_files(const char *expected)
{
	char command[160], names[256] = "";
	FILE *list;

	snprintf(command, sizeof(command), "ls -A %s | tr '\\n' ' '", directory);
	list = popen(command, "r");
	assert_non_null(list);
	if (!fgets(names, sizeof(names), list))
		*names = '\0';
	pclose(list);
	assert_string_equal(names, expected);
}

static int directory_make(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/test_pipes.XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int directory_remove(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

static void output_is_saved_to_a_file(void **state)
{
	struct error error = { 0 };
	mode_t mask = umask(027);

	(void)state;
	assert_int_equal(save("new", "a\nskipped\nb\n", EXIT_DONE, &error), 0);
	umask(mask);
	assert_file("new", "a\nb\n", 0640);
	put_file("old", "old", 0600);
	assert_int_equal(save("old", "a", EXIT_DIFFERENT, &error), 0);
	assert_file("old", "a", 0600);
	assert_files("new old ");
}

static void a_command_that_fails_leaves_the_file_as_it_was(void **state)
{
	struct error error = { 0 };

	(void)state;
	put_file("old", "old", 0644);
	assert_int_equal(save("old", "half", EXIT_REFUSED, &error), 0);
	assert_int_equal(save("new", "half", 128 + SIGINT, &error), 0);
	assert_file("old", "old", 0644);
	assert_files("old ");
}

static void a_device_is_written_and_not_replaced(void **state)
{
	struct error error = { 0 };
	struct stat stat_after;

	(void)state;
	assert_int_equal(save("/dev/null", "a\n", EXIT_DONE, &error), 0);
	assert_int_equal(save("/dev/full", "a\n", EXIT_DONE, &error), -ENOSPC);
	assert_string_equal(error.text, "cannot save to '/dev/full': No space left on device");
	assert_int_equal(error.exit, EXIT_REFUSED);
	assert_int_equal(stat("/dev/full", &stat_after), 0);
	assert_true(S_ISCHR(stat_after.st_mode));
}

static void where_nothing_can_be_saved_nothing_runs(void **state)
{
	CLEANUP(pipes_clear) struct pipes pipes = { 0 };
	struct error error = { 0 };
	char typed[160], expected[160];

	(void)state;
	snprintf(typed, sizeof(typed), "save %s/none/file", directory);
	snprintf(expected, sizeof(expected),
		 "cannot save to '%s/none/file': No such file or directory", directory);
	assert_int_equal(take(&pipes, typed, &error), -ENOENT);
	assert_string_equal(error.text, expected);
	pipes_clear(&pipes);
	error_clear(&error);
	assert_int_equal(save(directory, "", EXIT_DONE, &error), -EISDIR);
	assert_int_equal(mkfifo(file_in("fifo"), 0600), 0);
	error_clear(&error);
	assert_int_equal(save("fifo", "", EXIT_DONE, &error), -EINVAL);
	assert_non_null(strstr(error.text, "/fifo' is no file"));
}

static void a_link_of_ones_own_is_followed(void **state)
{
	struct error error = { 0 };

	(void)state;
	put_file("target", "old", 0644);
	assert_int_equal(symlink("target", file_in("link")), 0);
	assert_int_equal(save("link", "new", EXIT_DONE, &error), 0);
	assert_file("target", "new", 0644);
	assert_files("link target ");
}

/* Needs root, to be two users; else the kernel's own rule is what is left. */
static void a_link_that_somebody_else_planted_is_refused(void **state)
{
	struct error error = { 0 };

	(void)state;
	if (geteuid())
		skip();
	put_file("target", "old", 0644);
	assert_int_equal(chmod(directory, 01777), 0);
	assert_int_equal(symlink("target", file_in("link")), 0);
	if (lchown(file_in("link"), 1, 1) < 0)
		skip();
	assert_int_equal(save("link", "new", EXIT_DONE, &error), -EINVAL);
	assert_non_null(strstr(error.text, "/link' is somebody else's link"));
	assert_file("target", "old", 0644);
	assert_files("link target ");
}

/* Readers */

static void a_reader_that_is_gone_ends_the_command(void **state)
{
	struct error error = { 0 };
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	assert_int_equal(
		pipes_run(NULL, written_by(&pid, "y\n", 2, SIZE_MAX), ends[1], true, &error),
		-EPIPE);
	assert_string_equal(error.text, "cannot write the output: Broken pipe");
	assert_int_equal(status_of(pid), 128 + SIGPIPE);
	close(ends[1]);
}

static void a_full_disk_is_an_error(void **state)
{
	CLEANUP(fd_close) int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct error error = { 0 };
	pid_t pid;

	(void)state;
	assert_int_equal(pipes_run(NULL, written_by(&pid, "y\n", 2, 1), full, true, &error),
			 -ENOSPC);
	assert_string_equal(error.text, "cannot write the output: No space left on device");
	status_of(pid);
}

/* A terminal of 5 rows and 20 columns. */
struct terminal {
	int master, slave;
};

static struct terminal terminal_open(void)
{
	struct terminal terminal = { .master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC) };
	struct winsize size = { .ws_row = 5, .ws_col = 20 };

	assert_true(terminal.master >= 0);
	assert_int_equal(grantpt(terminal.master), 0);
	assert_int_equal(unlockpt(terminal.master), 0);
	terminal.slave = open(ptsname(terminal.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal.slave >= 0);
	assert_int_equal(ioctl(terminal.slave, TIOCSWINSZ, &size), 0);
	return terminal;
}

/* All that was written to the terminal, which is closed. */
static void terminal_end(struct terminal *terminal, struct text *shown)
{
	fd_close(&terminal->slave);
	read_all(terminal->master, shown);
	fd_close(&terminal->master);
}

/* What a terminal shows of output that is passed with the pager allowed. */
static void assert_shown(const char *typed, const char *output, const char *expected)
{
	struct terminal terminal = terminal_open();
	CLEANUP(text_clear) struct text shown = { 0 };
	CLEANUP(pipes_clear) struct pipes pipes = { 0 };
	struct error error = { 0 };
	pid_t pid;
	int fd = written_by(&pid, output, strlen(output), 1);

	if (typed)
		assert_int_equal(take(&pipes, typed, &error), 0);
	assert_int_equal(pipes_run(&pipes, fd, terminal.slave, true, &error), 0);
	assert_int_equal(status_of(pid), 0);
	terminal_end(&terminal, &shown);
	assert_string_equal(text_string(&shown), expected);
}

static void output_that_fills_the_screen_is_paged(void **state)
{
	(void)state;
	setenv("OVL_PAGER", "sed 's/^/> /'", 1);
	assert_shown(NULL, "1\n2\n3\n4\n", "1\r\n2\r\n3\r\n4\r\n");
	/* The prompt behind it needs the fifth row. */
	assert_shown(NULL, "1\n2\n3\n4\n5\n", "> 1\r\n> 2\r\n> 3\r\n> 4\r\n> 5\r\n");
	assert_shown(NULL, "1\n2\n3\n4\n5", "> 1\r\n> 2\r\n> 3\r\n> 4\r\n> 5");
	assert_shown("match 1", "1\n2\n3\n4\n5\n", "1\r\n");
	assert_shown("match .", "1\n2\n3\n4\n5\n", "> 1\r\n> 2\r\n> 3\r\n> 4\r\n> 5\r\n");
	assert_shown("no-more", "1\n2\n3\n4\n5\n", "1\r\n2\r\n3\r\n4\r\n5\r\n");
	assert_shown("count", "1\n2\n3\n4\n5\n", "5\r\n");
}

static void wide_lines_take_several_rows(void **state)
{
	(void)state;
	setenv("OVL_PAGER", "sed 's/^.*/paged/'", 1);
	/* 20 columns fit in one row, 21 in two; colours and the rest of a character in none. */
	assert_shown(NULL, "12345678901234567890\n2\n3\n4\n",
		     "12345678901234567890\r\n2\r\n3\r\n4\r\n");
	assert_shown(NULL, "123456789012345678901\n2\n3\n4\n",
		     "paged\r\npaged\r\npaged\r\npaged\r\n");
	assert_shown(NULL, "ééééééééééé\n2\n3\n4\n", "ééééééééééé\r\n2\r\n3\r\n4\r\n");
	assert_shown(NULL, "\033[31m1234567890\033[0m\033[1m1234567890\033[0m\n2\n3\n4\n",
		     "\033[31m1234567890\033[0m\033[1m1234567890\033[0m\r\n2\r\n3\r\n4\r\n");
}

static void a_pager_comes_from_the_environment(void **state)
{
	(void)state;
	setenv("OVL_PAGER", "cat", 1);
	setenv("PAGER", "sed 's/^.*/PAGER/'", 1);
	assert_shown(NULL, "1\n2\n3\n4\n5\n", "1\r\n2\r\n3\r\n4\r\n5\r\n");
	setenv("OVL_PAGER", "", 1);
	assert_shown(NULL, "1\n2\n3\n4\n5\n", "1\r\n2\r\n3\r\n4\r\n5\r\n");
	unsetenv("OVL_PAGER");
	assert_shown(NULL, "1\n2\n3\n4\n5\n", "PAGER\r\nPAGER\r\nPAGER\r\nPAGER\r\nPAGER\r\n");
	setenv("OVL_PAGER", "sed \"s/^.*/$LESS/\"", 1);
	unsetenv("LESS");
	assert_shown(NULL, "1\n2\n3\n4\n5\n", "FRX\r\nFRX\r\nFRX\r\nFRX\r\nFRX\r\n");
	setenv("LESS", "S", 1);
	assert_shown(NULL, "1\n2\n3\n4\n5\n", "S\r\nS\r\nS\r\nS\r\nS\r\n");
	unsetenv("LESS");
	/* Neither variable is set, and nothing can be found. */
	unsetenv("OVL_PAGER");
	unsetenv("PAGER");
	setenv("TERM", "dumb", 1);
	assert_shown(NULL, "1\n2\n3\n4\n5\n", "1\r\n2\r\n3\r\n4\r\n5\r\n");
}

static void off_a_terminal_nothing_is_paged(void **state)
{
	(void)state;
	setenv("OVL_PAGER", "sed 's/^/> /'", 1);
	assert_gives(NULL, "1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n6\n");
}

static void a_pager_that_is_left_ends_the_command(void **state)
{
	struct terminal terminal = terminal_open();
	CLEANUP(text_clear) struct text shown = { 0 };
	struct error error = { 0 };
	pid_t pid;

	(void)state;
	setenv("OVL_PAGER", "head -n1", 1);
	assert_int_equal(
		pipes_run(NULL, written_by(&pid, "y\n", 2, SIZE_MAX), terminal.slave, true, &error),
		1);
	assert_int_equal(error.errnum, 0);
	assert_int_equal(status_of(pid), 128 + SIGPIPE);
	terminal_end(&terminal, &shown);
	assert_string_equal(text_string(&shown), "y\r\n");
}

/* Also when the command has nothing to write for the moment, so that no write fails. */
static void a_pager_that_is_left_while_the_command_is_silent_is_noticed(void **state)
{
	struct terminal terminal = terminal_open();
	struct error error = { 0 };
	int ends[2];

	(void)state;
	setenv("OVL_PAGER", "head -n1", 1);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], "1\n2\n3\n4\n5\n", 10), 10);
	assert_int_equal(pipes_run(NULL, ends[0], terminal.slave, true, &error), 1);
	close(ends[1]);
	close(terminal.slave);
	close(terminal.master);
}

static void a_pager_that_cannot_be_run_is_an_error(void **state)
{
	struct terminal terminal = terminal_open();
	struct error error = { 0 };
	pid_t pid;
	int r;

	(void)state;
	/* sh has the rest of the message. */
	setenv("OVL_PAGER", "exec 2>/dev/null; no-such-pager", 1);
	r = pipes_run(NULL, written_by(&pid, "y\n", 2, 100), terminal.slave, true, &error);
	assert_int_equal(r, -EINVAL);
	assert_string_equal(error.text, "cannot run the pager 'exec 2>/dev/null; no-such-pager' "
					"(OVL_PAGER names another)");
	status_of(pid);
	close(terminal.slave);
	close(terminal.master);
}

/* The first lines of a slow command are seen while it still runs, and are never paged then. */
static void lines_are_not_held_back_for_long(void **state)
{
	struct terminal terminal = terminal_open();
	CLEANUP(text_clear) struct text shown = { 0 };
	struct pollfd polled = { .fd = terminal.master, .events = POLLIN };
	struct error error = { 0 };
	int ends[2];
	pid_t pid;

	(void)state;
	setenv("OVL_PAGER", "sed 's/^/> /'", 1);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		close(ends[1]);
		close(terminal.master);
		_exit(pipes_run(NULL, ends[0], terminal.slave, true, &error) != 0);
	}
	close(ends[0]);
	assert_int_equal(write(ends[1], "1\n", 2), 2);
	assert_int_equal(poll(&polled, 1, 10000), 1);
	assert_int_equal(write(ends[1], "2\n3\n4\n5\n6\n", 10), 10);
	close(ends[1]);
	assert_int_equal(status_of(pid), 0);
	terminal_end(&terminal, &shown);
	assert_string_equal(text_string(&shown), "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n");
}

static void a_prefix_that_fits_one_word_means_it(void **state)
{
	struct error error = { 0 };

	(void)state;
	for (size_t i = 0; i < pipe_rows_count; i++) {
		assert_ptr_equal(pipe_row_find(pipe_rows[i].word, &error), &pipe_rows[i]);
		assert_non_null(pipe_rows[i].help);
	}
	assert_string_equal(pipe_row_find("co", &error)->word, "count");
	assert_string_equal(pipe_row_find("no", &error)->word, "no-more");
	assert_null(pipe_row_find("", &error));
	assert_null(pipe_row_find("countx", &error));
}

int main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stage_takes_lines_and_passes_lines),
		cmocka_unit_test(stages_are_passed_one_after_the_other),
		cmocka_unit_test(a_last_line_needs_no_newline),
		cmocka_unit_test(a_nul_is_a_byte_as_any_other),
		cmocka_unit_test(an_expression_goes_by_bytes),
		cmocka_unit_test(a_long_line_passes_whole_and_its_beginning_decides),
		cmocka_unit_test(output_may_be_of_any_length),
		cmocka_unit_test(what_is_wrong_with_stages_is_told_before_anything_runs),
		cmocka_unit_test(json_is_asked_of_the_command),
		cmocka_unit_test(a_pipe_in_quotes_belongs_to_the_expression),
		cmocka_unit_test_setup_teardown(output_is_saved_to_a_file, directory_make, directory_remove),
		cmocka_unit_test_setup_teardown(a_command_that_fails_leaves_the_file_as_it_was, directory_make, directory_remove),
		cmocka_unit_test(a_device_is_written_and_not_replaced),
		cmocka_unit_test_setup_teardown(where_nothing_can_be_saved_nothing_runs, directory_make, directory_remove),
		cmocka_unit_test_setup_teardown(a_link_of_ones_own_is_followed, directory_make, directory_remove),
		cmocka_unit_test_setup_teardown(a_link_that_somebody_else_planted_is_refused, directory_make, directory_remove),
		cmocka_unit_test(a_reader_that_is_gone_ends_the_command),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(output_that_fills_the_screen_is_paged),
		cmocka_unit_test(wide_lines_take_several_rows),
		cmocka_unit_test(a_pager_comes_from_the_environment),
		cmocka_unit_test(off_a_terminal_nothing_is_paged),
		cmocka_unit_test(a_pager_that_is_left_ends_the_command),
		cmocka_unit_test(a_pager_that_is_left_while_the_command_is_silent_is_noticed),
		cmocka_unit_test(a_pager_that_cannot_be_run_is_an_error),
		cmocka_unit_test(lines_are_not_held_back_for_long),
		cmocka_unit_test(a_prefix_that_fits_one_word_means_it),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}

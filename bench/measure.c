/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure [-n TURNS] [-b BEFORE] A B: runs two commands in turn, in an order
 * that changes from turn to turn, and prints
 *
 *     A's median (us)  B's median (us)  median of B/A  A's memory (KiB)  B's
 *
 * so that whatever else the machine does falls on both. The commands are words
 * between blanks and run without a shell; what they print is dropped. BEFORE is
 * a shell's line and runs ahead of each, unmeasured. Memory is the most that was
 * resident.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WORDS = 32, MOST_TURNS = 2000 };

struct command {
	const char *line;
	char *words[MOST_WORDS + 1];
	double us[MOST_TURNS];
	long most_kib;
};

static void fail(const char *what, const char *line)
{
	fprintf(stderr, "measure: '%s': %s\n", line, what);
	exit(1);
}

static void split(struct command *command, const char *line)
{
	size_t count = 0;
	char *rest = strdup(line), *word;

	command->line = line;
	while (rest && (word = strsep(&rest, " "))) {
		if (count == MOST_WORDS)
			fail("too many words", line);
		if (*word)
			command->words[count++] = word;
	}
	if (!count)
		fail("no command", line);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void run(struct command *command, size_t turn, int sink)
{
	struct rusage usage;
	double start = now_us();
	pid_t child = vfork();
	int status = 0;

	if (!child) {
		dup2(sink, STDOUT_FILENO);
		execvp(command->words[0], command->words);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0)
		fail(strerror(errno), command->line);
	command->us[turn] = now_us() - start;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail("it failed", command->line);
	if (usage.ru_maxrss > command->most_kib)
		command->most_kib = usage.ru_maxrss;
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_size);
	return count & 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
	static struct command commands[2];
	static double ratios[MOST_TURNS];
	const char *before = NULL;
	size_t turns = 7;
	int option, sink = open("/dev/null", O_WRONLY | O_CLOEXEC);

	while ((option = getopt(argc, argv, "n:b:")) > 0) {
		if (option == 'n')
			turns = strtoul(optarg, NULL, 10);
		else if (option == 'b')
			before = optarg;
		else
			return 1;
	}
	if (argc - optind != 2 || !turns || turns > MOST_TURNS || sink < 0) {
		fputs("usage: measure [-n TURNS] [-b BEFORE] A B\n", stderr);
		return 1;
	}
	for (size_t i = 0; i < 2; i++)
		split(&commands[i], argv[(size_t)optind + i]);
	for (size_t turn = 0; turn < turns; turn++) {
		for (size_t i = 0; i < 2; i++) {
			if (before && system(before))
				fail("it failed", before);
			run(&commands[(turn + i) & 1], turn, sink);
		}
		ratios[turn] = commands[1].us[turn] / commands[0].us[turn];
	}
	printf("%.0f %.0f %.2f %ld %ld\n", median(commands[0].us, turns),
	       median(commands[1].us, turns), median(ratios, turns), commands[0].most_kib,
	       commands[1].most_kib);
	return 0;
}

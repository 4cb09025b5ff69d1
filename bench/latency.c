/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * latency [-n TURNS] [-w MS] [-e MS] PROMPT FIRST KEYS ANSWER COMMAND...: runs a program on a
 * terminal of its own, TURNS times, and prints the medians of
 *
 *     from its start to PROMPT (us)    from KEYS to ANSWER (us)    the longest echo (us)
 *
 * where FIRST is typed ahead of KEYS and answered by itself again: "" types nothing. ANSWER is
 * looked for behind what was typed. -w: how long nobody types after the prompt. -e: how long
 * somebody types before that, a key every two milliseconds, each looked for on the screen; the
 * line is dropped again (Ctrl-U).
 */
#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_TURNS = 200, OUTPUT = 1024 * 1024 };

static void fail(const char *what)
{
	fprintf(stderr, "latency: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Reads until the text has come; what came before it is dropped. */
static void wait_for(int fd, const char *text)
{
	static char output[OUTPUT + 1];
	size_t length = 0;

	for (;;) {
		ssize_t n = read(fd, output + length, OUTPUT - length);

		if (n <= 0)
			fail(text);
		length += (size_t)n;
		if (memmem(output, length, text, strlen(text)))
			return;
		if (length > OUTPUT / 2) {
			memmove(output, output + length / 2, length - length / 2);
			length -= length / 2;
		}
	}
}

static void type(int fd, const char *keys)
{
	if (write(fd, keys, strlen(keys)) < 0)
		fail("type");
}

/* The longest time from a key to its echo. */
static double longest_echo_us(int fd, int while_ms)
{
	double begin = now_us(), longest = 0;
	char key[] = "a";

	while (now_us() < begin + while_ms * 1e3) {
		double from = now_us(), took;

		type(fd, key);
		wait_for(fd, key);
		took = now_us() - from;
		longest = took > longest ? took : longest;
		*key = *key == 'z' ? 'a' : (char)(*key + 1);
		usleep(2000);
	}
	if (while_ms)
		type(fd, "\025");
	return longest;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return values[count / 2];
}

int main(int argc, char **argv)
{
	static double starts[MOST_TURNS], answers[MOST_TURNS], echoes[MOST_TURNS];
	size_t turns = 5;
	int at = 1, wait_ms = 0, echo_ms = 0;

	for (; argc > at + 1 && *argv[at] == '-'; at += 2) {
		if (!strcmp(argv[at], "-n"))
			turns = (size_t)atoi(argv[at + 1]);
		else if (!strcmp(argv[at], "-e"))
			echo_ms = atoi(argv[at + 1]);
		else
			wait_ms = atoi(argv[at + 1]);
	}
	if (argc - at < 5 || !turns || turns > MOST_TURNS) {
		fprintf(stderr,
			"usage: latency [-n TURNS] [-w MS] [-e MS] PROMPT FIRST KEYS ANSWER "
			"COMMAND...\n");
		return 1;
	}
	for (size_t i = 0; i < turns; i++) {
		const struct winsize size = { .ws_row = 24, .ws_col = 80 };
		double from = now_us();
		int fd;
		pid_t pid = forkpty(&fd, NULL, NULL, &size);

		if (pid < 0)
			fail("forkpty");
		if (!pid) {
			execvp(argv[at + 4], argv + at + 4);
			_exit(127);
		}
		wait_for(fd, argv[at]);
		starts[i] = now_us() - from;
		if (*argv[at + 1]) {
			type(fd, argv[at + 1]);
			wait_for(fd, argv[at]);
		}
		echoes[i] = longest_echo_us(fd, echo_ms);
		usleep((useconds_t)wait_ms * 1000);
		from = now_us();
		type(fd, argv[at + 2]);
		wait_for(fd, argv[at + 3]);
		answers[i] = now_us() - from;
		kill(pid, SIGKILL);
		close(fd);
		waitpid(pid, NULL, 0);
	}
	printf("%.0f %.0f %.0f\n", median(starts, turns), median(answers, turns),
	       median(echoes, turns));
	return 0;
}

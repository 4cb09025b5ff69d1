/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first reading of the names for completion, in steps, while the real kernel's links change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "command/request.h"
#include "shell/names.h"
#include "support/iproute2.h"

enum { PAIRS = 400, CHANGES = 12000 };

static struct request request;
static struct names_cache *cache;
static unsigned heard[EVENT_BARRED + 1]; /* in the namespace the test runs in */

static int count(void *cookie, const struct event *event)
{
	(void)cookie;
	if (!event->netns)
		heard[event->kind]++;
	return 0;
}

static int begin(void **state)
{
	static const struct options options;

	(void)state;
	memset(heard, 0, sizeof(heard));
	request_init(&request, &options, NULL);
	cache = names_cache_new(&request);
	names_cache_hear(cache, count, NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	names_cache_free(&cache);
	request_clear(&request);
	return 0;
}

/* A turn of who waits for keys, of which none came. */
static void turn(void)
{
	struct pollfd polls[NAMES_POLLS];
	int timeout_ms = 1000;
	size_t polled = names_cache_polls(cache, polls, &timeout_ms);

	poll(polls, polled, timeout_ms);
	names_cache_ready(cache, polls);
	assert_null(names_cache_failure(cache));
}

struct words {
	char *items[4 * PAIRS];
	size_t count;
};

static void put(void *cookie, const char *word, const char *help)
{
	struct words *words = cookie;

	(void)help;
	assert_true(words->count < 4 * PAIRS);
	words->items[words->count++] = strdup(word);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static struct words sorted(struct words words)
{
	qsort(words.items, words.count, sizeof(*words.items), by_name);
	return words;
}

static struct words asked(void)
{
	const struct complete_links any = { 0 };
	struct complete_source source = names_cache_source(cache);
	struct words words = { 0 };

	names_cache_ask(cache);
	source.links(source.cookie, &any, put, &words);
	return sorted(words);
}

static struct words there(void)
{
	struct if_nameindex *links = if_nameindex();
	struct words words = { 0 };

	for (size_t i = 0; links[i].if_index; i++)
		put(&words, links[i].if_name, NULL);
	if_freenameindex(links);
	return sorted(words);
}

static void words_clear(struct words *words)
{
	while (words->count)
		free(words->items[--words->count]);
}

/* Until a question is answered: with what is there, each link once. */
static void assert_answered(void)
{
	struct words have, want = there();

	while (have = asked(), names_cache_lacks(cache)) {
		assert_int_equal(have.count, 0);
		turn();
	}
	assert_int_equal(have.count, want.count);
	for (size_t i = 0; i < want.count; i++)
		assert_string_equal(have.items[i], want.items[i]);
	words_clear(&have);
	words_clear(&want);
}

/* Until some links were told, but not all. */
static void read_half(void)
{
	while (heard[EVENT_HAVE] < PAIRS / 2)
		turn();
	assert_true(heard[EVENT_HAVE] < PAIRS);
	asked();
	assert_true(names_cache_lacks(cache));
	assert_true(names_cache_reads(cache, 0));
}

static void no_step_reads_many_links(void **state)
{
	(void)state;
	turn();
	assert_true(names_cache_reads(cache, 0));
	while (names_cache_reads(cache, 0)) {
		unsigned before = heard[EVENT_HAVE];

		turn();
		/* 64 KiB, a link of 500 bytes at least. */
		assert_true(heard[EVENT_HAVE] - before < 128);
	}
	assert_answered();
	assert_int_equal(heard[EVENT_HAVE], 2 * PAIRS + 1);
}

static void links_that_change_while_they_are_read_are_as_they_become(void **state)
{
	(void)state;
	read_half();
	/* Of those that were read, and of those that were not. */
	ip("link del a&", 0, 3);
	ip("link del a&", PAIRS - 3, PAIRS);
	ip("link set a& name c&", 3, 6);
	ip("link set a& name c&", PAIRS - 6, PAIRS - 3);
	ip("link add d& type bridge", 0, 3);
	ip("link add e& type bridge", 0, 3);
	ip("link del e&", 0, 3);
	assert_answered();
	assert_true(heard[EVENT_AGAIN]);
	assert_false(heard[EVENT_LOST]);
	ip("link set c& name a&", 3, 6);
	assert_answered();
}

static void what_is_lost_meanwhile_is_read_again(void **state)
{
	(void)state;
	read_half();
	ip("link set lo alias number&", 0, CHANGES);
	ip("link del a&", 10, 13);
	assert_answered();
	assert_true(heard[EVENT_LOST]);
	ip("link del a&", 13, 16);
	assert_answered();
}

static void one_that_is_given_up_half_way_leaves_nothing(void **state)
{
	(void)state;
	read_half();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_step_reads_many_links, begin, end),
		cmocka_unit_test_setup_teardown(
			links_that_change_while_they_are_read_are_as_they_become, begin, end),
		cmocka_unit_test_setup_teardown(what_is_lost_meanwhile_is_read_again, begin, end),
		cmocka_unit_test_setup_teardown(one_that_is_given_up_half_way_leaves_nothing, begin,
						end),
	};

	/* It makes links: in a namespace that is its own (tests/support/sandbox). */
	if (!getenv("OVL_SANDBOX"))
		return 77;
	ip("link add a& type veth peer name b&", 0, PAIRS);
	ip("link set lo up", 0, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

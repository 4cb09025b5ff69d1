/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dumps of the real kernel that are received before somebody reads them, and what happens in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/names.h"
#include "kernel/foresight.h"
#include "model/route.h"
#include "support/iproute2.h"

/* A piece of the kernel's holds some 400. */
enum { BLOCKS = 20, ROUTES = BLOCKS * 256 };

static const struct route_full four = { .route.dst.family = IPV4 };
static struct names *names;
static struct kernel kernel;

static int begin(void **state)
{
	(void)state;
	names = names_new();
	kernel = (struct kernel){ .names = names };
	return 0;
}

static int end(void **state)
{
	(void)state;
	kernel_clear(&kernel);
	names_free(&names);
	return 0;
}

struct seen {
	size_t count;
	bool added;
};

static int see(void *cookie, const void *object, bool removed)
{
	const struct route_full *full = object;
	struct seen *seen = cookie;

	assert_false(removed);
	seen->count += full->route.protocol == 99;
	seen->added |= full->route.protocol == 98;
	return 0;
}

static void restart(void *cookie)
{
	*(struct seen *)cookie = (struct seen){ 0 };
}

/* Reads; true when what was begun before is what was read. */
static bool reads_begun_in(uint32_t netns, struct seen *seen)
{
	struct pools pools = { 0 };
	struct error error = { 0 };
	struct place place;
	uint32_t sequence;
	bool was_asked;

	assert_int_equal(kernel_place(&kernel, netns, &place, &error), 0);
	sequence = place.netlink->sequence;
	assert_int_equal(
		kernel_read(&place, OBJECT_ROUTE, &four, false, &pools, see, restart, seen, &error),
		0);
	was_asked = place.netlink->sequence != sequence;
	pools_clear(&pools);
	return !was_asked;
}

static bool reads_what_was_begun(struct seen *seen)
{
	return reads_begun_in(0, seen);
}

static void what_was_begun_is_read(void **state)
{
	struct seen seen;

	(void)state;
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	assert_true(reads_what_was_begun(&seen));
	assert_int_equal(seen.count, ROUTES);
	/* Once: it is old then. */
	assert_false(reads_what_was_begun(&seen));
	assert_int_equal(seen.count, ROUTES);
}

static void what_is_begun_twice_is_asked_once(void **state)
{
	struct seen seen;

	(void)state;
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	assert_true(reads_what_was_begun(&seen));
	assert_false(reads_what_was_begun(&seen));
}

static void another_question_is_not_answered_by_it(void **state)
{
	static const struct route_full six = { .route.dst.family = IPV6 };
	struct seen seen;

	(void)state;
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &six);
	assert_false(reads_what_was_begun(&seen));
	assert_int_equal(seen.count, ROUTES);
}

static void what_is_added_meanwhile_is_seen(void **state)
{
	struct seen seen;

	(void)state;
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	ip("route add 12.0.0.0/8 dev p0 proto 98", 0, 1);
	assert_false(reads_what_was_begun(&seen));
	assert_true(seen.added);
	ip("route del 12.0.0.0/8", 0, 1);
}

/* IPv4 routes go with their device and with an address without a word (6.18). */
static void what_falls_meanwhile_is_not_seen(void **state)
{
	struct seen seen;

	(void)state;
	ip("route add 12.0.0.0/8 dev q0 proto 98", 0, 1);
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	ip("link set q0 down", 0, 1);
	assert_false(reads_what_was_begun(&seen));
	assert_false(seen.added);
	ip("link set q0 up", 0, 1);

	ip("addr add 192.0.2.1/24 dev q0", 0, 1);
	ip("route add 12.0.0.0/8 dev q0 src 192.0.2.1 proto 98", 0, 1);
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	ip("addr del 192.0.2.1/24 dev q0", 0, 1);
	assert_false(reads_what_was_begun(&seen));
	assert_false(seen.added);
}

/* The object's group is told of it, that of routes is not. */
static void what_falls_with_a_nexthop_is_not_seen(void **state)
{
	struct seen seen;

	(void)state;
	ip("nexthop add id 5 dev q0", 0, 1);
	ip("route add 12.0.0.0/8 nhid 5 proto 98", 0, 1);
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	ip("nexthop del id 5", 0, 1);
	assert_false(reads_what_was_begun(&seen));
	assert_false(seen.added);
}

static void another_namespace_of_the_name_is_another_one(void **state)
{
	uint32_t netns = names_of(names, "n");
	struct seen seen;

	(void)state;
	ip("netns add n", 0, 1);
	foresight_begin(&kernel, netns, OBJECT_ROUTE, &four);
	assert_true(reads_begun_in(netns, &seen));
	foresight_end(&kernel);
	foresight_begin(&kernel, netns, OBJECT_ROUTE, &four);
	kernel_forget(&kernel, netns);
	ip("netns del n", 0, 1);
	ip("netns add n", 0, 1);
	assert_false(reads_begun_in(netns, &seen));
	ip("netns del n", 0, 1);
}

static void there_may_be_no_such_namespace(void **state)
{
	struct seen seen;

	(void)state;
	foresight_begin(&kernel, names_of(names, "nowhere"), OBJECT_ROUTE, &four);
	assert_false(reads_what_was_begun(&seen));
	assert_null(kernel.foreseen);
}

static void what_nobody_reads_leaves_nothing(void **state)
{
	(void)state;
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
	foresight_end(&kernel);
	assert_null(kernel.foreseen);
	foresight_begin(&kernel, 0, OBJECT_ROUTE, &four);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_begun_is_read, begin, end),
		cmocka_unit_test_setup_teardown(what_is_begun_twice_is_asked_once, begin, end),
		cmocka_unit_test_setup_teardown(another_question_is_not_answered_by_it, begin, end),
		cmocka_unit_test_setup_teardown(what_is_added_meanwhile_is_seen, begin, end),
		cmocka_unit_test_setup_teardown(what_falls_meanwhile_is_not_seen, begin, end),
		cmocka_unit_test_setup_teardown(what_falls_with_a_nexthop_is_not_seen, begin, end),
		cmocka_unit_test_setup_teardown(another_namespace_of_the_name_is_another_one, begin,
						end),
		cmocka_unit_test_setup_teardown(there_may_be_no_such_namespace, begin, end),
		cmocka_unit_test_setup_teardown(what_nobody_reads_leaves_nothing, begin, end),
	};

	/* It makes links: in a namespace that is its own (tests/support/sandbox). */
	if (!getenv("OVL_SANDBOX"))
		return 77;
	ip("link add p0 type veth peer name q0", 0, 1);
	ip("link set p0 up", 0, 1);
	ip("link set q0 up", 0, 1);
	for (int i = 0; i < BLOCKS; i++) {
		char line[64];

		snprintf(line, sizeof(line), "route add 11.0.%d.& dev p0 proto 99", i);
		ip(line, 0, 256);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "command/request.h"
#include "kernel/monitor.h"
#include "model/link.h"
#include "model/netns.h"
#include "shell/names.h"

/* A monitor that the test speaks for. */
static struct {
	bool fails;
	struct monitor_wish wish;
	uint32_t behind[2]; /* namespaces that steps lead to, 1 added; 0: none */
	uint32_t preferred;
	unsigned steps;
} fake;

int monitor_open(struct kernel *kernel, const struct monitor_wish *wish, struct monitor **monitor,
		 struct error *error)
{
	(void)kernel;
	if (fake.fails)
		return error_set(error, EPERM, "no");
	fake.wish = *wish;
	*monitor = (struct monitor *)&fake;
	return 0;
}

void monitor_close(struct monitor **monitor)
{
	*monitor = NULL;
}

int monitor_step(struct monitor *monitor, struct error *error)
{
	(void)monitor;
	(void)error;
	fake.steps++;
	return 0;
}

bool monitor_is_complete(const struct monitor *monitor)
{
	(void)monitor;
	return !fake.behind[0] && !fake.behind[1];
}

bool monitor_is_behind(const struct monitor *monitor, uint32_t netns)
{
	(void)monitor;
	return fake.behind[0] == netns + 1 || fake.behind[1] == netns + 1;
}

void monitor_prefer(struct monitor *monitor, uint32_t netns)
{
	(void)monitor;
	fake.preferred = netns;
}

int monitor_polls(struct monitor *monitor, struct pollfd *polls, struct error *error)
{
	(void)monitor;
	(void)error;
	for (int i = 0; i < MONITOR_POLLS; i++)
		polls[i] = (struct pollfd){ .fd = -1 };
	return 0;
}

int monitor_read(struct monitor *monitor, const struct pollfd *polls, struct error *error)
{
	(void)monitor;
	(void)polls;
	(void)error;
	return 0;
}

int monitor_wait(struct monitor *monitor, struct pollfd *others, size_t count, struct error *error)
{
	(void)others;
	(void)count;
	return monitor_step(monitor, error);
}

static struct request request;
static struct names_cache *cache;

static int begin(void **state)
{
	static const struct options options;

	(void)state;
	memset(&fake, 0, sizeof(fake));
	request_init(&request, &options, NULL);
	cache = names_cache_new(&request);
	return 0;
}

static int end(void **state)
{
	(void)state;
	names_cache_free(&cache);
	request_clear(&request);
	return 0;
}

static struct link link_of(const char *name, const char *kind)
{
	struct link link = { .name = { names_of(request.names, name) } };

	if (kind)
		link_set_kind(&link, request.names, kind);
	return link;
}

static void tell(enum event_kind kind, const char *netns, const struct link *link,
		 const struct link *before)
{
	struct event event = {
		.kind = kind,
		.type = OBJECT_LINK,
		.netns = netns ? names_of(request.names, netns) : 0,
		.object = link,
		.before = before,
	};

	assert_int_equal(names_cache_take(cache, &event), 0);
}

static void tell_netns(enum event_kind kind, const char *name)
{
	struct netns netns = { .name = { names_of(request.names, name) } };
	struct event event = { .kind = kind, .type = OBJECT_NETNS, .object = &netns };

	names_cache_take(cache, &event);
}

static void put(void *cookie, const char *word, const char *help)
{
	struct text *text = cookie;

	text_printf(text, "%s%s", text->length ? " " : "", word);
	if (help)
		text_printf(text, "(%s)", help);
}

static const char *links(const struct complete_links *wanted)
{
	static struct text text;
	struct complete_source source = names_cache_source(cache);

	text_cut(&text, 0);
	source.links(source.cookie, wanted, put, &text);
	return text_string(&text);
}

static const char *namespaces(void)
{
	static struct text text;
	struct complete_source source = names_cache_source(cache);

	text_cut(&text, 0);
	source.netns(source.cookie, put, &text);
	return text_string(&text);
}

static void links_come_change_their_names_and_go(void **state)
{
	const struct complete_links any = { 0 };
	struct link br0 = link_of("br0", "bridge"), vx0 = link_of("vx0", "vxlan");
	struct link vx1 = link_of("vx1", "vxlan");

	(void)state;
	tell(EVENT_READING, NULL, NULL, NULL);
	tell(EVENT_HAVE, NULL, &br0, NULL);
	tell(EVENT_SET, NULL, &vx0, NULL);
	assert_string_equal(links(&any), "br0(bridge) vx0(vxlan)");
	tell(EVENT_SET, NULL, &vx1, &vx0);
	assert_string_equal(links(&any), "br0(bridge) vx1(vxlan)");
	tell(EVENT_DELETE, NULL, &br0, NULL);
	tell(EVENT_DELETE, NULL, &br0, NULL);
	assert_string_equal(links(&any), "vx1(vxlan)");
}

static void what_is_read_anew_replaces_what_was_known(void **state)
{
	const struct complete_links any = { 0 };
	struct link a = link_of("a", NULL), b = link_of("b", NULL);

	(void)state;
	tell(EVENT_READING, NULL, NULL, NULL);
	tell(EVENT_HAVE, NULL, &a, NULL);
	tell(EVENT_AGAIN, NULL, NULL, NULL);
	tell(EVENT_HAVE, NULL, &a, NULL);
	assert_string_equal(links(&any), "a");
	tell(EVENT_READING, NULL, NULL, NULL);
	tell(EVENT_HAVE, NULL, &b, NULL);
	assert_string_equal(links(&any), "b");
}

static void links_are_chosen_by_what_they_are(void **state)
{
	struct link br0 = link_of("br0", "bridge"), v0 = link_of("v0", "veth");
	struct link lo = link_of("lo", NULL);

	(void)state;
	lo.loopback = true;
	v0.port_kind.id = names_of(request.names, "bridge");
	tell(EVENT_READING, NULL, NULL, NULL);
	tell(EVENT_HAVE, NULL, &br0, NULL);
	tell(EVENT_HAVE, NULL, &v0, NULL);
	tell(EVENT_HAVE, NULL, &lo, NULL);
	assert_string_equal(links(&(struct complete_links){ .kind = "bridge" }), "br0(bridge)");
	assert_string_equal(links(&(struct complete_links){ .ports = true }), "v0(veth)");
	assert_string_equal(links(&(struct complete_links){ .joins = true }), "v0(veth)");
}

static void a_namespace_is_asked_for_by_its_name_or_used(void **state)
{
	const struct complete_links any = { 0 };
	uint32_t red = names_of(request.names, "red");
	struct link a = link_of("a", NULL), b = link_of("b", NULL);

	(void)state;
	tell_netns(EVENT_HAVE, "red");
	tell_netns(EVENT_HAVE, "red");
	tell_netns(EVENT_SET, "blue");
	tell(EVENT_READING, NULL, NULL, NULL);
	tell(EVENT_HAVE, NULL, &a, NULL);
	tell(EVENT_READING, "red", NULL, NULL);
	tell(EVENT_HAVE, "red", &b, NULL);
	assert_string_equal(namespaces(), "red blue");
	assert_string_equal(links(&any), "a");
	assert_string_equal(links(&(struct complete_links){ .netns = red }), "b");
	names_cache_use(cache, red);
	assert_string_equal(links(&any), "b");
	tell_netns(EVENT_DELETE, "red");
	assert_string_equal(namespaces(), "blue");
}

static void one_that_may_not_be_entered_has_no_links(void **state)
{
	struct event barred = { .kind = EVENT_BARRED, .type = OBJECT_TYPES };

	(void)state;
	barred.netns = names_of(request.names, "red");
	names_cache_take(cache, &barred);
	assert_string_equal(links(&(struct complete_links){ .netns = barred.netns }), "");
}

static void what_is_not_read_yet_is_lacking_until_it_is(void **state)
{
	const struct complete_links any = { 0 };
	uint32_t red = names_of(request.names, "red");
	struct link a = link_of("a", NULL);

	(void)state;
	fake.behind[0] = 1;
	fake.behind[1] = red + 1;
	names_cache_ask(cache);
	assert_false(names_cache_lacks(cache));
	tell(EVENT_READING, "red", NULL, NULL);
	tell(EVENT_HAVE, "red", &a, NULL);
	assert_string_equal(links(&(struct complete_links){ .netns = red }), "");
	assert_true(names_cache_lacks(cache));
	assert_int_equal(fake.preferred, red);
	assert_true(names_cache_reads(cache, red));
	fake.behind[1] = 0;
	assert_false(names_cache_lacks(cache));
	assert_false(names_cache_reads(cache, red));
	assert_string_equal(links(&(struct complete_links){ .netns = red }), "a");
	assert_string_equal(links(&any), "");
	assert_true(names_cache_lacks(cache));
	names_cache_ask(cache);
	assert_false(names_cache_lacks(cache));
}

static void while_something_is_to_be_read_each_turn_is_a_step(void **state)
{
	struct pollfd polls[NAMES_POLLS] = { 0 };
	int timeout_ms = -1;

	(void)state;
	fake.behind[0] = 1;
	names_cache_ready(cache, polls);
	assert_int_equal(fake.steps, 0);
	for (unsigned step = 1; step < 3; step++) {
		timeout_ms = -1;
		names_cache_polls(cache, polls, &timeout_ms);
		assert_int_equal(timeout_ms, 0);
		names_cache_ready(cache, polls);
		assert_int_equal(fake.steps, step);
	}
}

static int count(void *cookie, const struct event *event)
{
	(void)event;
	++*(int *)cookie;
	return 0;
}

static void who_listens_hears_each_event(void **state)
{
	struct link a = link_of("a", NULL);
	int heard = 0;

	(void)state;
	names_cache_hear(cache, count, &heard);
	tell(EVENT_SET, NULL, &a, NULL);
	tell(EVENT_DELETE, NULL, &a, NULL);
	assert_int_equal(heard, 2);
}

static void nothing_is_waited_for_until_it_is_opened_and_then_two(void **state)
{
	struct pollfd polls[NAMES_POLLS];
	int timeout_ms = -1;

	(void)state;
	assert_int_equal(names_cache_polls(cache, polls, &timeout_ms), 0);
	assert_int_equal(timeout_ms, 0);
	names_cache_ready(cache, polls);
	timeout_ms = -1;
	assert_int_equal(names_cache_polls(cache, polls, &timeout_ms), NAMES_POLLS);
	assert_int_equal(timeout_ms, -1);
	assert_true(fake.wish.everywhere && fake.wish.here && fake.wish.one_by_one);
}

static void where_it_cannot_listen_nothing_is_waited_for(void **state)
{
	struct pollfd polls[NAMES_POLLS];
	int timeout_ms = -1;

	(void)state;
	fake.fails = true;
	assert_null(names_cache_failure(cache));
	names_cache_ready(cache, polls);
	assert_string_equal(names_cache_failure(cache)->text, "no: Operation not permitted");
	assert_int_equal(names_cache_polls(cache, polls, &timeout_ms), 0);
	assert_int_equal(timeout_ms, -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(links_come_change_their_names_and_go),
		TEST(what_is_read_anew_replaces_what_was_known),
		TEST(links_are_chosen_by_what_they_are),
		TEST(a_namespace_is_asked_for_by_its_name_or_used),
		TEST(one_that_may_not_be_entered_has_no_links),
		TEST(what_is_not_read_yet_is_lacking_until_it_is),
		TEST(while_something_is_to_be_read_each_turn_is_a_step),
		TEST(who_listens_hears_each_event),
		TEST(nothing_is_waited_for_until_it_is_opened_and_then_two),
		TEST(where_it_cannot_listen_nothing_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

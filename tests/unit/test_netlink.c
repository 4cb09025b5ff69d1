/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the kernel, also mangled ones; and a socket that asks the real one, of what harms nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/exchange.h"
#include "kernel/netlink.h"
#include "kernel/wire.h"

enum { PORT = 4711, FIRST = 1000 };

/* What was handed over. */
struct told {
	size_t count, index;
	int errnum, stop;
	uint16_t type;
	uint32_t offset;
	char sentence[128];
};

static int tell(void *cookie, const struct answer *answer)
{
	struct told *told = cookie;

	told->count++;
	told->index = answer->index;
	told->errnum = answer->errnum;
	told->offset = answer->offset;
	told->type = answer->message ? answer->message->nlmsg_type : 0;
	snprintf(told->sentence, sizeof(told->sentence), "%s", answer->sentence);
	return told->stop;
}

static struct exchange exchange_of(size_t count, struct told *told)
{
	*told = (struct told){ 0 };
	return (struct exchange){
		.port = PORT, .first = FIRST, .count = count, .answer = tell, .cookie = told
	};
}

/* A datagram that is being written. */
struct datagram {
	char bytes[2048] __attribute__((aligned(8)));
	size_t length;
};

static struct nlmsghdr *add(struct datagram *datagram, uint16_t type, uint32_t sequence)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(datagram->bytes + datagram->length);

	message->nlmsg_type = type;
	message->nlmsg_seq = sequence;
	message->nlmsg_pid = PORT;
	return message;
}

static void end(struct datagram *datagram, const struct nlmsghdr *message)
{
	datagram->length += NLMSG_ALIGN(message->nlmsg_len);
}

static void add_object(struct datagram *datagram, uint32_t sequence, uint16_t flags)
{
	struct nlmsghdr *message = add(datagram, RTM_NEWLINK, sequence);

	message->nlmsg_flags = flags;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	end(datagram, message);
}

static struct nlmsghdr *add_status(struct datagram *datagram, uint16_t type, uint32_t sequence,
				   int status)
{
	struct nlmsghdr *message = add(datagram, type, sequence);
	struct nlmsgerr *payload = mnl_nlmsg_put_extra_header(message, sizeof(*payload));

	payload->error = status;
	end(datagram, message);
	return message;
}

/* From memory that ends with the datagram: the sanitizer sees a read past it. */
static int take(struct exchange *exchange, const struct datagram *datagram)
{
	CLEANUP(pointer_free) char *copy = memory_new(datagram->length ? datagram->length : 1, 1);
	int r;

	memcpy(copy, datagram->bytes, datagram->length);
	r = exchange_take(exchange, copy, datagram->length);
	exchange_clear(exchange);
	return r;
}

static void an_answer_belongs_to_the_message_with_its_number(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(3, &told);

	(void)state;
	add_status(&datagram, NLMSG_ERROR, FIRST + 1, -EEXIST);
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.index, 1);
	assert_int_equal(told.errnum, EEXIST);
	assert_false(exchange.done);
}

static void the_last_message_answered_ends_it(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(3, &told);

	(void)state;
	add_status(&datagram, NLMSG_ERROR, FIRST, -EPERM);
	add_status(&datagram, NLMSG_ERROR, FIRST + 2, 0);
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_int_equal(told.count, 2);
	assert_int_equal(told.errnum, 0);
	assert_true(exchange.done);
}

static void answers_to_others_are_ignored(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(2, &told);

	(void)state;
	add_status(&datagram, NLMSG_ERROR, FIRST - 1, -EPERM);
	add_status(&datagram, NLMSG_ERROR, FIRST + 2, -EPERM);
	add_status(&datagram, NLMSG_ERROR, 0, -EPERM);
	add_status(&datagram, NLMSG_ERROR, FIRST + 1, -EPERM)->nlmsg_pid = PORT + 1;
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_int_equal(told.count, 0);
	assert_false(exchange.done);
}

static void numbers_may_wrap_around(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(4, &told);

	(void)state;
	exchange.first = UINT32_MAX - 1;
	add_status(&datagram, NLMSG_ERROR, 1, 0);
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_int_equal(told.index, 3);
	assert_true(exchange.done);
}

static void a_refusal_brings_the_kernels_sentence_and_where_it_points(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(1, &told);
	struct nlmsghdr *message = add(&datagram, NLMSG_ERROR, FIRST);
	struct nlmsgerr *payload = mnl_nlmsg_put_extra_header(message, sizeof(*payload));

	(void)state;
	payload->error = -EINVAL;
	message->nlmsg_flags = NLM_F_ACK_TLVS | NLM_F_CAPPED;
	mnl_attr_put_strz(message, NLMSGERR_ATTR_MSG, "no \033[1m way");
	mnl_attr_put_u32(message, NLMSGERR_ATTR_OFFS, 36);
	end(&datagram, message);
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_int_equal(told.errnum, EINVAL);
	assert_string_equal(told.sentence, "no \\x1b[1m way");
	assert_int_equal(told.offset, 36);
}

static void a_sentence_behind_the_whole_message_is_found(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(1, &told);
	struct nlmsghdr *message = add(&datagram, NLMSG_ERROR, FIRST);
	struct nlmsgerr *payload = mnl_nlmsg_put_extra_header(message, sizeof(*payload) + 24);

	(void)state;
	payload->error = -EINVAL;
	payload->msg.nlmsg_len = sizeof(struct nlmsghdr) + 22;
	message->nlmsg_flags = NLM_F_ACK_TLVS;
	mnl_attr_put_strz(message, NLMSGERR_ATTR_MSG, "no way");
	end(&datagram, message);
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_string_equal(told.sentence, "no way");
}

static void a_sentence_whose_place_is_a_lie_is_not_read(void **state)
{
	static const uint32_t lengths[] = { 0, 15, 17, 100, 0x7fffffff, 0xfffffff0, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct datagram datagram = { 0 };
		struct told told;
		struct exchange exchange = exchange_of(1, &told);
		struct nlmsghdr *message = add(&datagram, NLMSG_ERROR, FIRST);
		struct nlmsgerr *payload = mnl_nlmsg_put_extra_header(message, sizeof(*payload));

		payload->error = -EINVAL;
		payload->msg.nlmsg_len = lengths[i];
		message->nlmsg_flags = NLM_F_ACK_TLVS;
		end(&datagram, message);
		assert_int_equal(take(&exchange, &datagram), 0);
		assert_int_equal(told.errnum, EINVAL);
		assert_string_equal(told.sentence, "");
	}
}

static void a_dump_that_failed_half_way_says_so_at_its_end(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(1, &told);

	(void)state;
	add_object(&datagram, FIRST, NLM_F_MULTI);
	add_status(&datagram, NLMSG_DONE, FIRST, -ENOMEM);
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_int_equal(told.count, 2);
	assert_int_equal(told.errnum, ENOMEM);
	assert_true(exchange.done);
}

static void a_torn_dump_is_told_whichever_message_says_it(void **state)
{
	(void)state;
	for (int which = 0; which < 3; which++) {
		struct datagram datagram = { 0 };
		struct told told;
		struct exchange exchange = exchange_of(1, &told);

		add_object(&datagram, FIRST, which == 0 ? NLM_F_DUMP_INTR : 0);
		add_object(&datagram, FIRST, which == 1 ? NLM_F_DUMP_INTR : 0);
		add_status(&datagram, NLMSG_DONE, FIRST, 0)->nlmsg_flags =
			which == 2 ? NLM_F_DUMP_INTR : 0;
		assert_int_equal(take(&exchange, &datagram), 0);
		assert_true(exchange.torn);
		assert_true(exchange.done);
	}
}

static void what_is_mangled_is_refused(void **state)
{
	static const uint32_t lengths[] = { 0, 15, 40, 0x7fffffff, 0x80000000, 0xffffffff };
	struct told told;
	struct exchange exchange = exchange_of(1, &told);
	struct datagram datagram = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		datagram = (struct datagram){ 0 };
		add_status(&datagram, NLMSG_ERROR, FIRST, 0)->nlmsg_len = lengths[i];
		datagram.length = 36;
		assert_int_equal(take(&exchange, &datagram), -EBADMSG);
	}
	/* Bytes behind the last message; a refusal cut short; what is no errno. */
	datagram = (struct datagram){ 0 };
	add_status(&datagram, NLMSG_ERROR, FIRST - 1, 0);
	datagram.length += 4;
	assert_int_equal(take(&exchange, &datagram), -EBADMSG);
	datagram = (struct datagram){ 0 };
	end(&datagram, add(&datagram, NLMSG_ERROR, FIRST));
	assert_int_equal(take(&exchange, &datagram), -EBADMSG);
	datagram = (struct datagram){ 0 };
	add_status(&datagram, NLMSG_ERROR, FIRST, -4096);
	assert_int_equal(take(&exchange, &datagram), -EBADMSG);
	datagram = (struct datagram){ 0 };
	add_status(&datagram, NLMSG_ERROR, FIRST, 1);
	assert_int_equal(take(&exchange, &datagram), -EBADMSG);
	assert_int_equal(told.count, 0);
	assert_false(exchange.done);
}

static void whoever_is_told_may_end_it(void **state)
{
	struct datagram datagram = { 0 };
	struct told told;
	struct exchange exchange = exchange_of(1, &told);

	(void)state;
	told.stop = -ECANCELED;
	add_object(&datagram, FIRST, 0);
	add_object(&datagram, FIRST, 0);
	assert_int_equal(take(&exchange, &datagram), -ECANCELED);
	assert_int_equal(told.count, 1);
	exchange.answer = NULL;
	assert_int_equal(take(&exchange, &datagram), 0);
	assert_int_equal(told.count, 1);
}

struct fixture {
	struct netlink netlink;
	struct names *names;
	struct error error;
	struct message message;
	struct told told;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .names = names_new() };
	*state = &fixture;
	return netlink_open(&fixture.netlink, fixture.names, &fixture.error);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	netlink_close(&f->netlink);
	message_clear(&f->message);
	names_free(&f->names);
	return 0;
}

static int ask(struct fixture *f, uint16_t type, uint16_t flags)
{
	f->message.length = 0;
	message_begin(&f->message, type, flags, sizeof(struct ifinfomsg));
	message_finish(&f->message);
	return netlink_exchange(&f->netlink, f->message.bytes, f->message.length, 1, tell, &f->told,
				&f->error);
}

static void the_kernel_answers_a_dump(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, RTM_GETLINK, NLM_F_DUMP), 0);
	/* The loopback link at least, and the end. */
	assert_true(f->told.count >= 2);
}

static void a_reader_that_stops_leaves_the_socket_usable(void **state)
{
	struct fixture *f = *state;

	f->told.stop = -ECANCELED;
	assert_int_equal(ask(f, RTM_GETLINK, NLM_F_DUMP), -ECANCELED);
	assert_int_equal(f->told.count, 1);
	f->told = (struct told){ 0 };
	assert_int_equal(ask(f, RTM_GETLINK, NLM_F_DUMP), 0);
	assert_true(f->told.count >= 2);
}

static void begin(struct fixture *f, uint16_t type)
{
	f->told = (struct told){ 0 };
	f->message.length = 0;
	message_begin(&f->message, type, NLM_F_DUMP, sizeof(struct ifinfomsg));
	message_finish(&f->message);
	netlink_begin(&f->netlink, f->message.bytes, f->message.length);
}

static void a_dump_is_taken_a_datagram_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct exchange exchange = { .answer = tell, .cookie = &f->told };
	bool done = false;

	assert_int_equal(netlink_take(&f->netlink, &exchange, &done, &f->error), -ECOMM);
	begin(f, RTM_GETLINK);
	for (int i = 0; i < 100000 && !done; i++)
		assert_int_equal(netlink_take(&f->netlink, &exchange, &done, &f->error), 0);
	assert_true(done);
	assert_true(f->told.count >= 2);
	exchange_clear(&exchange);
	assert_int_equal(netlink_take(&f->netlink, &exchange, &done, &f->error), -ECOMM);
}

static void one_that_was_left_half_way_answers_no_other_request(void **state)
{
	struct fixture *f = *state;
	struct exchange exchange = { .answer = tell, .cookie = &f->told };
	bool done;

	begin(f, RTM_GETLINK);
	f->told.stop = -ECANCELED;
	assert_int_equal(netlink_take(&f->netlink, &exchange, &done, &f->error), -ECANCELED);
	assert_false(done);
	exchange_clear(&exchange);
	f->told = (struct told){ 0 };
	assert_int_equal(ask(f, RTM_GETLINK, NLM_F_DUMP), 0);
	assert_true(f->told.count >= 2);
}

static void a_piece_that_never_comes_ends_it_at_the_deadline(void **state)
{
	struct fixture *f = *state;
	struct exchange exchange = { .answer = tell, .cookie = &f->told };
	bool done;
	int r = 0;

	f->netlink.timeout_ms = 20;
	begin(f, NLMSG_ERROR);
	assert_int_equal(netlink_take(&f->netlink, &exchange, &done, &f->error), 0);
	while (!r)
		r = netlink_take(&f->netlink, &exchange, &done, &f->error);
	assert_int_equal(r, -ETIMEDOUT);
	assert_false(done);
}

/* The kernel skips messages of that type, and a dump asks for no acknowledgement. */
static void no_answer_ends_at_the_deadline(void **state)
{
	struct fixture *f = *state;

	f->netlink.timeout_ms = 20;
	assert_int_equal(ask(f, NLMSG_ERROR, NLM_F_DUMP), -ETIMEDOUT);
	assert_int_equal(f->error.exit, EXIT_REFUSED);
	assert_int_equal(f->told.count, 0);
	assert_int_equal(ask(f, RTM_GETLINK, NLM_F_DUMP), 0);
}

static void what_another_process_sends_is_no_answer(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = f->netlink.port };
	CLEANUP(fd_close) int other = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct datagram datagram = { 0 };
	ssize_t n;

	add_status(&datagram, NLMSG_DONE, f->netlink.sequence + 1, 0)->nlmsg_pid = f->netlink.port;
	n = sendto(other, datagram.bytes, datagram.length, 0, (struct sockaddr *)&to, sizeof(to));
	if (n < 0 && errno == EPERM)
		skip();
	assert_int_equal(n, datagram.length);
	f->netlink.timeout_ms = 20;
	assert_int_equal(ask(f, NLMSG_ERROR, NLM_F_DUMP), -ETIMEDOUT);
	assert_int_equal(f->told.count, 0);
}

static void links_have_names_and_indexes(void **state)
{
	struct fixture *f = *state;
	uint32_t lo = names_of(f->names, "lo");

	assert_int_equal(netlink_index(&f->netlink, lo), 1);
	assert_int_equal(netlink_link_name(&f->netlink, 1), lo);
	assert_int_equal(netlink_link_name(&f->netlink, 0), 0);
	assert_int_equal(netlink_index(&f->netlink, names_of(f->names, "no such link")), 0);
	assert_int_equal(netlink_index(&f->netlink, names_of(f->names, "0123456789abcdefg")), 0);
	assert_string_equal(names_text(f->names, netlink_link_name(&f->netlink, 0x7ffffff0)),
			    "if2147483632");
	for (uint32_t i = 1; i < 500; i++)
		netlink_link_name(&f->netlink, 0x70000000 + i);
	assert_int_equal(netlink_link_name(&f->netlink, 1), lo);
	netlink_forget_links(&f->netlink);
	assert_int_equal(netlink_link_name(&f->netlink, 1), lo);
	assert_false(netlink_link_is_up(&f->netlink, "no such link"));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_belongs_to_the_message_with_its_number),
		cmocka_unit_test(the_last_message_answered_ends_it),
		cmocka_unit_test(answers_to_others_are_ignored),
		cmocka_unit_test(numbers_may_wrap_around),
		cmocka_unit_test(a_refusal_brings_the_kernels_sentence_and_where_it_points),
		cmocka_unit_test(a_sentence_behind_the_whole_message_is_found),
		cmocka_unit_test(a_sentence_whose_place_is_a_lie_is_not_read),
		cmocka_unit_test(a_dump_that_failed_half_way_says_so_at_its_end),
		cmocka_unit_test(a_torn_dump_is_told_whichever_message_says_it),
		cmocka_unit_test(what_is_mangled_is_refused),
		cmocka_unit_test(whoever_is_told_may_end_it),
		TEST(the_kernel_answers_a_dump),
		TEST(a_reader_that_stops_leaves_the_socket_usable),
		TEST(a_dump_is_taken_a_datagram_at_a_time),
		TEST(one_that_was_left_half_way_answers_no_other_request),
		TEST(a_piece_that_never_comes_ends_it_at_the_deadline),
		TEST(no_answer_ends_at_the_deadline),
		TEST(what_another_process_sends_is_no_answer),
		TEST(links_have_names_and_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

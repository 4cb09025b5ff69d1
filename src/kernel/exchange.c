/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/exchange.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "kernel/attribute.h"

/* Reads the kernel's sentence and offset out of an ack's TLVs (NETLINK_EXT_ACK). */
static void read_extack(const struct nlmsghdr *message, struct text *sentence, uint32_t *offset)
{
	const struct nlmsgerr *refusal = mnl_nlmsg_get_payload(message);
	size_t length = mnl_nlmsg_get_payload_len(message), skip = sizeof(*refusal);
	const char *end = (const char *)refusal + length;
	const struct nlattr *attribute;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	/* Without NLM_F_CAPPED our whole message is echoed before the TLVs. */
	if (!(message->nlmsg_flags & NLM_F_CAPPED)) {
		if (refusal->msg.nlmsg_len < sizeof(struct nlmsghdr))
			return;
		skip += NLMSG_ALIGN((size_t)refusal->msg.nlmsg_len) - sizeof(struct nlmsghdr);
	}
	if (length < skip)
		return;
	for (attribute = wire_first((const char *)refusal + skip, length - skip); attribute;
	     attribute = wire_next(attribute, end)) {
		const char *payload = (const char *)wire_payload(attribute);

		if (wire_type(attribute) == NLMSGERR_ATTR_MSG)
			text_escaped(sentence, payload, strnlen(payload, wire_length(attribute)));
		else if (wire_type(attribute) == NLMSGERR_ATTR_OFFS)
			wire_u32(attribute, offset);
	}
}

static int take_message(struct exchange *exchange, const struct nlmsghdr *message)
{
	struct answer answer = { .index = message->nlmsg_seq - exchange->first, .sentence = "" };
	bool is_last = answer.index == exchange->count - 1;
	int32_t status = 0;

	/* An answer to an earlier send that was given up, or a notification. */
	if (message->nlmsg_pid != exchange->port || answer.index >= exchange->count)
		return 0;
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->torn = true;
	if (message->nlmsg_type == NLMSG_ERROR) {
		if (mnl_nlmsg_get_payload_len(message) < sizeof(struct nlmsgerr))
			return -EBADMSG;
		memcpy(&status, mnl_nlmsg_get_payload(message), sizeof(status));
		exchange->sentence.length = 0;
		read_extack(message, &exchange->sentence, &answer.offset);
		answer.sentence = text_string(&exchange->sentence);
	} else if (message->nlmsg_type == NLMSG_DONE) {
		/* A dump that failed half-way says so here. */
		if (mnl_nlmsg_get_payload_len(message) >= sizeof(status))
			memcpy(&status, mnl_nlmsg_get_payload(message), sizeof(status));
	} else if (message->nlmsg_type >= NLMSG_MIN_TYPE) {
		answer.message = message;
	} else {
		return 0;
	}
	/* MAX_ERRNO of <linux/err.h> */
	if (status > 0 || status < -4095)
		return -EBADMSG;
	answer.errnum = -status;
	exchange->done |= !answer.message && is_last;
	if (exchange->verbose && !answer.message)
		fprintf(stderr, "<- %u: %s%s%s\n", message->nlmsg_seq,
			answer.errnum ? strerror(answer.errnum) : "done",
			*answer.sentence ? ": " : "", answer.sentence);
	return exchange->answer ? exchange->answer(exchange->cookie, &answer) : 0;
}

int exchange_take(struct exchange *exchange, const void *datagram, size_t length)
{
	const struct nlmsghdr *message = datagram;
	int left = (int)length, r = 0;

	for (; wire_is_message(message, left) && !r; message = mnl_nlmsg_next(message, &left))
		r = take_message(exchange, message);
	return !r && left > 0 ? -EBADMSG : r;
}

void exchange_clear(struct exchange *exchange)
{
	text_clear(&exchange->sentence);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/dump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"

static int refusal(const struct answer *answer, struct error *error)
{
	if (*answer->sentence)
		return error_set(error, 0, "kernel: %s", answer->sentence), -answer->errnum;
	return error_set(error, answer->errnum, "kernel");
}

int dump_take_object(void *cookie, const struct answer *answer)
{
	struct dump *dump = cookie;
	int r;

	/* A routing table that nobody has used yet is not there at all: it is empty. */
	if (answer->errnum == ENOENT && dump->type == OBJECT_ROUTE && !dump->key)
		return 0;
	if (answer->errnum)
		return refusal(answer, dump->error);
	if (!answer->message)
		return 0;
	do {
		memset(dump->object, 0, dump->size);
		r = reader_get(&dump->reader, answer->message, dump->object);
		if (r == -EBADMSG)
			return error_set(dump->error, EBADMSG,
					 "an answer of the kernel cannot be read");
		if (r)
			return 0;
		if (dump->key && dump->reader.wire->same &&
		    !dump->reader.wire->same(dump->object, dump->key))
			continue;
		if (!dump->filter || object_matches(dump->type, dump->object, dump->filter))
			r = dump->function(dump->cookie, dump->object, false);
	} while (!r && dump->reader.more);
	return r;
}

struct dump_steps {
	struct place place;
	struct dump dump;
	struct exchange exchange;
};

int dump_begin(const struct place *place, enum object_type type, bool stats, struct pools *pools,
	       object_function *function, void *cookie, struct dump_steps **result,
	       struct error *error)
{
	CLEANUP(message_clear) struct message message = { 0 };
	CLEANUP(dump_free) struct dump_steps *steps = memory_new(1, sizeof(*steps));
	size_t size = object_info(type)->size;
	int r = kernel_settle(place->kernel, error);

	steps->place = *place;
	steps->dump = (struct dump){ .type = type,
				     .object = memory_new(1, size),
				     .size = size,
				     .function = function,
				     .cookie = cookie };
	reader_init(&steps->dump.reader, &steps->place, type, pools);
	steps->dump.reader.stats = stats;
	steps->exchange.answer = dump_take_object;
	steps->exchange.cookie = &steps->dump;
	if (!r)
		r = wire_object(type)->ask(place, NULL, true, stats, &message, error);
	if (!r && place->netlink->begun_length)
		r = error_set(error, EBUSY, "cannot ask the kernel");
	if (r < 0)
		return r;
	message_finish(&message);
	netlink_begin(place->netlink, message.bytes, message.length);
	*result = take_ptr(steps);
	return 0;
}

int dump_step(struct dump_steps *steps, bool *done, struct error *error)
{
	steps->dump.error = error;
	return netlink_take(steps->place.netlink, &steps->exchange, done, error);
}

void dump_free(struct dump_steps **owner)
{
	struct dump_steps *steps = *owner;

	if (!steps)
		return;
	exchange_clear(&steps->exchange);
	free(steps->dump.object);
	free(take_ptr(*owner));
}

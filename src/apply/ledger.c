/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/link.h"
#include "model/pack.h"

/* What a record is. */
enum { LEDGER_BEFORE = 1, LEDGER_AFTER, LEDGER_TOUCHES, LEDGER_SENT, LEDGER_COMMIT };

/* A touch on disk: its objects by their place in the two networks. */
struct entry {
	uint32_t type, whole, step;
	uint32_t before, after; /* 1 + index; 0: none */
};

static uint32_t add_object(struct network *network, enum object_type type, const void *object)
{
	void *copy;

	if (!object)
		return 0;
	copy = network_add(network, type, object, (struct origin_in_file){ 0 });
	/* The list stays behind in the other network's pool; each altname is an object as well. */
	if (type == OBJECT_LINK)
		((struct link *)copy)->altnames = (struct range){ 0 };
	return (uint32_t)network->objects[type].count;
}

static int append_network(struct journal *journal, uint32_t kind, const struct network *network,
			  struct error *error)
{
	CLEANUP(text_clear) struct text bytes = { 0 };

	network_pack(network, &bytes);
	return journal_append(journal, kind, bytes.bytes, bytes.length, error);
}

int ledger_begin(struct journal *journal, const char *lab, const struct touches *touches,
		 const struct names *names, struct error *error)
{
	CLEANUP(network_clear) struct network before = { 0 };
	CLEANUP(network_clear) struct network after = { 0 };
	CLEANUP(pointer_free)
	struct entry *entries = memory_new(touches->count + 1, sizeof(*entries));
	int r;

	memcpy(&before.names, &names, sizeof(names));
	after.names = before.names;
	for (size_t i = 0; i < touches->count; i++) {
		const struct touch *touch = &touches->items[i];

		entries[i] = (struct entry){
			.type = touch->type,
			.whole = touch->whole,
			.step = touch->step,
			.before = add_object(&before, touch->type, touch->before),
			.after = add_object(&after, touch->type, touch->after),
		};
	}
	r = journal_create(journal, lab, lab, strlen(lab), error);
	if (!r)
		r = append_network(journal, LEDGER_BEFORE, &before, error);
	if (!r)
		r = append_network(journal, LEDGER_AFTER, &after, error);
	if (!r)
		r = journal_append(journal, LEDGER_TOUCHES, entries,
				   touches->count * sizeof(*entries), error);
	return r;
}

int ledger_sent(struct journal *journal, uint32_t sent, struct error *error)
{
	return journal_append(journal, LEDGER_SENT, &sent, sizeof(sent), error);
}

int ledger_commit(struct journal *journal, struct error *error)
{
	return journal_append(journal, LEDGER_COMMIT, "", 0, error);
}

void ledger_clear(struct ledger *ledger)
{
	touches_clear(&ledger->touches);
	network_clear(&ledger->before);
	network_clear(&ledger->after);
}

static const void *object_of(const struct network *network, uint32_t type, uint32_t at, bool *valid)
{
	if (!at)
		return NULL;
	if (at > network->objects[type].count) {
		*valid = false;
		return NULL;
	}
	return network_at(network, (enum object_type)type, at - 1);
}

static bool read_touches(struct ledger *ledger, const char *bytes, size_t length)
{
	bool valid = length % sizeof(struct entry) == 0;

	for (size_t at = 0; valid && at < length; at += sizeof(struct entry)) {
		struct entry entry;
		struct touch *touch;

		memcpy(&entry, bytes + at, sizeof(entry));
		if (entry.type >= OBJECT_TYPES)
			return false;
		touch = array_add(&ledger->touches.items, &ledger->touches.count,
				  &ledger->touches.room);
		*touch = (struct touch){
			.type = (enum object_type)entry.type,
			.whole = entry.whole,
			.step = entry.step,
			.before = object_of(&ledger->before, entry.type, entry.before, &valid),
			.after = object_of(&ledger->after, entry.type, entry.after, &valid),
		};
		valid &= touch->before || touch->after;
	}
	return valid;
}

static int read_record(void *cookie, uint32_t kind, const void *bytes, size_t length,
		       struct error *error)
{
	struct ledger *ledger = cookie;

	switch (kind) {
	case JOURNAL_HEADER:
		ledger->is_there = true;
		return 0;
	case LEDGER_BEFORE:
		return network_unpack(&ledger->before, bytes, length, error);
	case LEDGER_AFTER:
		return network_unpack(&ledger->after, bytes, length, error);
	case LEDGER_TOUCHES:
		return read_touches(ledger, bytes, length)
			       ? 0
			       : error_set(error, 0, "the journal is damaged");
	case LEDGER_SENT:
		if (length == sizeof(ledger->sent))
			memcpy(&ledger->sent, bytes, length);
		return 0;
	case LEDGER_COMMIT:
		ledger->is_committed = true;
		return 0;
	default:
		return 0;
	}
}

int ledger_read(struct ledger *ledger, const char *lab, struct names *names, struct error *error)
{
	ledger->before.names = ledger->after.names = names;
	return journal_read(lab, read_record, ledger, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of an attribute table <-> netlink attributes and the fixed header of a
 * message. What rows cannot say is in the file of the object (kernel/link.c …).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "attr/attr.h"

struct error;
struct nlattr;
struct nlmsghdr;

enum { MESSAGE_SIZE = 8 * 1024 }; /* room of one message; a vxlan with every option needs 700 */

/* A message that is being built, or several one behind another. */
struct message {
	char *bytes;
	size_t length, room;
	struct nlmsghdr *header; /* of the message that is being built */
	struct attr_problem {    /* where each row went, to name it when it is refused */
		uint32_t start, end;
		const struct attr *row;
	} placed[64];
	size_t placed_count;
};

/* Frees the buffer; accepts a zeroed one. */
void message_clear(struct message *message);

/* Begins a message behind what `message` holds; returns its zeroed fixed header. */
void *message_begin(struct message *message, uint16_t type, uint16_t flags, size_t header);

/* Attributes by hand, for what rows cannot say. */
void message_put(struct message *message, uint16_t type, const void *payload, size_t length);
void message_put_u32(struct message *message, uint16_t type, uint32_t value);
void message_put_text(struct message *message, uint16_t type, const char *text);
struct nlattr *message_nest(struct message *message, uint16_t type);
void message_end(struct message *message, struct nlattr *nest);

/* Closes the message that is being built: it now counts to `length`. */
void message_finish(struct message *message);

/* The row whose bytes an extack's offset lies in, or NULL: a hint only. */
const struct attr *message_row_at(const struct message *message, uint32_t offset);

/* Puts the rows of `mask` (bit i: row i) as attributes and into the fixed header. */
int wire_put(struct message *message, const struct attr_table *table,
	     const struct attr_context *context, const void *object, uint64_t mask,
	     struct error *error);

/* A table prepared for reading. */
struct wire_map {
	const struct attr_table *table;
	uint8_t row_of[128];  /* attribute number -> 1 + row */
	uint8_t nest_of[128]; /* attribute number that is a nest -> 1 + its first row */
	uint8_t headers[64];  /* rows in the fixed header */
	size_t headers_count;
};

enum { WIRE_MAPS = 24 }; /* more than there are tables that messages are read by */

void wire_map_init(struct wire_map *map, const struct attr_table *table);

/*
 * Reads the fixed header (may be NULL) and `length` bytes of attributes into
 * the object, marking each row that has a value. Unknown attributes are
 * skipped; a known one of a wrong size is -EBADMSG.
 */
int wire_get(const struct wire_map *map, const struct attr_context *context, const void *header,
	     const void *attributes, size_t length, void *object);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The picture of a network as bytes and back, for a journal on disk that the
 * same program reads on the same machine. Objects are written as they are in
 * memory, without the words that are zero; interned names by their place in a
 * list behind the objects. A head says of which layout they are.
 *
 * What an object's bytes do not keep, it tells itself: object_info()'s `pack`
 * goes both ways by the functions below.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct attr_table;
struct error;
struct network;
struct pack;
struct range;
struct text;

/* Appends the whole network. `bytes` must not stream. */
void network_pack(const struct network *network, struct text *bytes);

/*
 * Adds what `bytes` hold to a network that has nothing but its names. Ids of names
 * are others than they were; the order of objects is kept.
 *
 * Fails with EPROTO when another layout was written (another version of ovl),
 * with EBADMSG when the bytes are cut off or changed; then the network has
 * nothing, though some names may be interned. Takes memory in proportion to
 * `length`, whatever the bytes are.
 */
int network_unpack(struct network *network, const char *bytes, size_t length, struct error *error);

enum { PACK_HEAD = 32 };

/*
 * Makes the first PACK_HEAD of the bytes the head that fits the others. For
 * tests, whose damage shall get past it.
 */
void pack_seal(char *bytes, size_t length);

/* The text of a name that stands in an object just read; "" while writing. */
const char *pack_text(const struct pack *pack, uint32_t place);

/* A list of names in the pools. These return 0, or -EBADMSG when there cannot be so many. */
int pack_names(struct pack *pack, struct range *range);

/* A list of structs that have a table. While reading, *items becomes one in the arena. */
int pack_list(struct pack *pack, const struct attr_table *table, void **items, uint32_t count);

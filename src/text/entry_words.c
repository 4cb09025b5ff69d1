/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/entry_words.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "model/link.h"
#include "model/uapi.h"
#include "text/take.h"

#define ADDRESS_HAS(pointer, member) ATTR_HAS(&address_table, link_address, pointer, member)
#define ADDRESS_MARK(pointer, member) ATTR_MARK(&address_table, link_address, pointer, member)
#define NEIGHBOUR_HAS(pointer, member) ATTR_HAS(&neighbour_table, neighbour, pointer, member)
#define NEIGHBOUR_MARK(pointer, member) ATTR_MARK(&neighbour_table, neighbour, pointer, member)

/* A/LEN or A; the length of a peer's prefix is the address's. */
static int take_prefix(struct link_address *address, bool is_peer, const char *word,
		       struct error *error)
{
	struct address value;
	uint8_t length;

	if (!address_read_prefix(word, &value, &length))
		return error_usage(error, "'%s' is no address: ADDRESS/LEN is expected", word);
	if (is_peer ? ADDRESS_HAS(address, peer) : ADDRESS_HAS(address, local))
		return error_usage(error, "'%s' is given twice", is_peer ? "peer" : "local");
	if (is_peer) {
		address->peer = value;
		ADDRESS_MARK(address, peer);
	} else {
		address->local = value;
		ADDRESS_MARK(address, local);
	}
	if (!ADDRESS_HAS(address, length) || is_peer)
		address->length = length;
	ADDRESS_MARK(address, length);
	address->family = value.family;
	return 0;
}

/* "broadcast +": the prefix's last address; "-": its first, which old hosts listened to. */
static int take_broadcast(struct link_address *address, const char *word, struct error *error)
{
	if (ADDRESS_HAS(address, broadcast))
		return error_usage(error, "'broadcast' is given twice");
	ADDRESS_MARK(address, broadcast);
	if (!strcmp(word, "+") || !strcmp(word, "-")) {
		/* Computed when the address is known. */
		address->broadcast = (struct address){ .bytes = { (uint8_t)*word } };
		return 0;
	}
	if (!address_read(word, &address->broadcast))
		return error_usage(error, "broadcast: '%s' is no address", word);
	return 0;
}

/* ip(8): of the peer's prefix, when there is one; a /31 or /32 has none. */
static void settle_broadcast(struct link_address *address)
{
	bool is_first = address->broadcast.bytes[0] == '-';

	if (!ADDRESS_HAS(address, broadcast) || address->broadcast.family)
		return;
	if (address->local.family == IPV4 && address->length > 30) {
		attr_drop(&address_table, address,
			  ATTR_ROW(&address_table, link_address, broadcast));
		return;
	}
	address->broadcast = ADDRESS_HAS(address, peer) ? address->peer : address->local;
	for (unsigned bit = address->length; bit < 32; bit++) {
		uint8_t *byte = &address->broadcast.bytes[bit / 8];
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		*byte = is_first ? *byte & (uint8_t)~mask : *byte | mask;
	}
}

/* Flags that the kernel drops from an IPv4 address without a word; NULL: none is given. */
static const char *ipv6_flag(const struct link_address *address)
{
	return address->nodad        ? "nodad"
	       : address->optimistic ? "optimistic"
	       : address->home       ? "home"
	       : address->mngtmpaddr ? "mngtmpaddr"
				     : NULL;
}

static int address_check(const struct link_address *address, struct error *error)
{
	if (!ADDRESS_HAS(address, local))
		return error_usage(error, "an ADDRESS is needed");
	if (ADDRESS_HAS(address, peer) && address->peer.family != address->local.family)
		return error_usage(error, "peer: address and peer are of different families");
	if (ADDRESS_HAS(address, broadcast) && address->local.family == IPV6)
		return error_usage(error, "broadcast: IPv6 has none");
	if (ADDRESS_HAS(address, label) && address->local.family == IPV6)
		return error_usage(error, "label: IPv6 has none");
	if (ipv6_flag(address) && address->local.family == IPV4)
		return error_usage(error, "%s: IPv4 has none", ipv6_flag(address));
	if (ADDRESS_HAS(address, preferred_lft) &&
	    address->preferred_lft >
		    (ADDRESS_HAS(address, valid_lft) ? address->valid_lft : UINT32_MAX))
		return error_usage(error, "preferred_lft is longer than valid_lft");
	return 0;
}

int address_words_take(const struct attr_context *context, struct link_address *address,
		       struct words *words, struct error *error)
{
	struct part part = { .table = &address_table, .object = address };
	int r = 0;

	while (!r && words->left) {
		const char *word = words_peek(words);
		bool is_peer = !strcmp(word, "peer") || !strcmp(word, "remote");
		bool is_broadcast = !strcmp(word, "broadcast") || !strcmp(word, "brd");

		if (is_peer || is_broadcast || !strcmp(word, "local")) {
			words_take(words);
			word = words_value(words, word, "ADDRESS", error);
			if (!word)
				return -EINVAL;
			r = is_broadcast ? take_broadcast(address, word, error)
					 : take_prefix(address, is_peer, word, error);
			continue;
		}
		r = object_take(context, &part, 1, words, error);
		if (!r && ADDRESS_HAS(address, local))
			return object_unknown(&part, 1, NULL, word, error);
		r = r < 0 ? r : r ? 0 : take_prefix(address, false, words_take(words), error);
	}
	settle_broadcast(address);
	return r < 0 ? r : address_check(address, error);
}

/* ADDRESS or `proxy ADDRESS`, dev DEV and the rest, in any order. */
int neighbour_words_take(const struct attr_context *context, struct neighbour *neighbour,
			 struct words *words, struct error *error)
{
	struct part part = { .table = &neighbour_table, .object = neighbour };
	int r = 0;

	while (!r && words->left) {
		const char *word = words_peek(words);

		if (!NEIGHBOUR_HAS(neighbour, dst) && address_read_short(word, &neighbour->dst)) {
			words_take(words);
			NEIGHBOUR_MARK(neighbour, dst);
			continue;
		}
		r = object_take(context, &part, 1, words, error);
		if (!r)
			return object_unknown(&part, 1, NULL, word, error);
		r = r < 0 ? r : 0;
	}
	return r;
}

int fdb_word_take(const struct attr_context *context, struct fdb *fdb, struct words *words,
		  struct error *error)
{
	struct part part = { .table = &fdb_table, .object = fdb };

	if (!ATTR_HAS(&fdb_table, fdb, fdb, mac) && words->left &&
	    mac_read(words_peek(words), fdb->mac.bytes)) {
		words_take(words);
		ATTR_MARK(&fdb_table, fdb, fdb, mac);
		return 1;
	}
	return object_take(context, &part, 1, words, error);
}

int fdb_words_take(const struct attr_context *context, struct fdb *fdb, struct words *words,
		   struct error *error)
{
	struct part part = { .table = &fdb_table, .object = fdb };
	int r = 1;

	while (r > 0 && words->left)
		r = fdb_word_take(context, fdb, words, error);
	return r < 0 || !words->left ? (r < 0 ? r : 0)
				     : object_unknown(&part, 1, NULL, words_peek(words), error);
}

int neighbour_settle(struct neighbour *neighbour, struct error *error)
{
	if (!NEIGHBOUR_HAS(neighbour, dst))
		return error_usage(error, "an ADDRESS is needed");
	if (!NEIGHBOUR_HAS(neighbour, dev))
		return error_usage(error, "'dev DEV' is needed");
	if (!NEIGHBOUR_HAS(neighbour, state) && !neighbour->use && !neighbour->managed &&
	    !neighbour->proxy) {
		neighbour->state = NUD_PERMANENT;
		NEIGHBOUR_MARK(neighbour, state);
	}
	if (!NEIGHBOUR_HAS(neighbour, lladdr) && !neighbour->proxy &&
	    (neighbour->state & NUD_PERMANENT))
		return error_usage(error, "a permanent entry needs 'lladdr MAC'");
	return 0;
}

#define FDB_HAS(pointer, member) ATTR_HAS(&fdb_table, fdb, pointer, member)
#define FDB_MARK(pointer, member) ATTR_MARK(&fdb_table, fdb, pointer, member)

int fdb_words_check(const struct fdb *fdb, struct error *error)
{
	if (!FDB_HAS(fdb, mac))
		return error_usage(error, "a MAC is needed");
	if (!FDB_HAS(fdb, dev))
		return error_usage(error, "'dev DEV' is needed");
	if (FDB_HAS(fdb, nhid) && (FDB_HAS(fdb, dst) || FDB_HAS(fdb, port) || FDB_HAS(fdb, vni)))
		return error_usage(error, "'nhid' excludes dst, port and vni");
	return 0;
}

/*
 * `dst` and its like only a vxlan knows; otherwise a port's bridge is meant.
 * (bridge(8) takes "self", which on a port that is no vxlan misses the bridge.)
 */
void fdb_settle_table(struct fdb *fdb, const struct link *link)
{
	bool is_vxlan = link->kind_info == link_kind_find("vxlan");
	bool is_port = link->port_kind.id || link->master.id;

	if (FDB_HAS(fdb, self) || FDB_HAS(fdb, master))
		return;
	if (is_vxlan &&
	    (FDB_HAS(fdb, dst) || FDB_HAS(fdb, vni) || FDB_HAS(fdb, via) || FDB_HAS(fdb, nhid)))
		is_port = false;
	if (is_port) {
		fdb->master = true;
		FDB_MARK(fdb, master);
	} else {
		fdb->self = true;
		FDB_MARK(fdb, self);
	}
}

void fdb_settle_own(struct fdb *fdb, const struct link *link)
{
	const struct vxlan *vxlan = &link->data.vxlan;

	if (link->kind_info != link_kind_find("vxlan"))
		return;
	if (fdb->port && fdb->port == vxlan->dstport)
		attr_drop(&fdb_table, fdb, ATTR_ROW(&fdb_table, fdb, port));
	if (fdb->vni && fdb->vni == vxlan->vni)
		attr_drop(&fdb_table, fdb, ATTR_ROW(&fdb_table, fdb, vni));
}

void fdb_settle_state(struct fdb *fdb)
{
	if (FDB_HAS(fdb, state))
		return;
	/* A device's own table has permanent ones only (ndo_dflt_fdb_add, 6.18). */
	fdb->state = fdb->self ? NUD_PERMANENT : NUD_NOARP;
	FDB_MARK(fdb, state);
}

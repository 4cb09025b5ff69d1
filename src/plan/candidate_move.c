/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A link of a candidate that gets another name or goes to another namespace: what
 * names it follows.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "plan/changing.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&link_table, link, pointer, member)
#define DROP(pointer, member) attr_drop(&link_table, pointer, ATTR_ROW(&link_table, link, member))

static const char *name_of(const struct changing *changing, uint32_t id)
{
	return names_text(changing->context->names, id);
}

void link_tie(const struct changing *changing, struct link *link, const struct link *other)
{
	link->peer = other->name;
	link->peer_netns = other->netns;
	DROP(link, link);
	if (!is_kernel(changing) || link->netns.id != other->netns.id)
		return;
	link->link = other->name;
	MARK(link, link);
}

/* A link that is called otherwise from here on, or is elsewhere. */
struct move {
	struct changing *changing;
	uint32_t from, to; /* namespaces */
	uint32_t old, now; /* names */
	bool found, keep;  /* keep: the name is looked for only */
	unsigned labels;   /* IPv4 addresses that were met */
};

static int follow(void *cookie, uint32_t netns, struct link_name *name)
{
	struct move *move = cookie;

	if (netns != move->from || name->id != move->old)
		return 0;
	move->found = true;
	if (!move->keep)
		name->id = move->now;
	return 0;
}

/* The kernel numbers the labels of all but the first: inetdev_changename(). */
static void relabel(struct move *move, struct link_address *address)
{
	struct names *names = move->changing->context->names;
	const char *label = names_text(names, address->label.id);
	const char *old = names_text(names, move->old), *now = names_text(names, move->now);
	const char *behind = strchr(label, ':');
	CLEANUP(text_clear) struct text text = { 0 };
	size_t length = strlen(old);

	if (!label[0] || strncmp(label, old, length) != 0 ||
	    (label[length] && label[length] != ':'))
		return;
	move->labels++;
	text_puts(&text, now);
	if (is_kernel(move->changing) && move->labels == 1)
		behind = NULL;
	else if (is_kernel(move->changing) && !behind)
		text_printf(&text, ":%u", move->labels);
	if (behind)
		text_puts(&text, behind);
	address->label.id = names_of(names, text_string(&text));
}

/* An entry of another device that sends through the link stays where it is. */
static bool is_via(enum object_type type, const void *object, uint32_t name)
{
	return type == OBJECT_FDB && ((const struct fdb *)object)->dev.id != name;
}

/* An object that names the link names it as it is called now; what is on it goes along. */
static void follow_one(struct move *move, enum object_type type, size_t at)
{
	struct changing *changing = move->changing;
	void *object = network_at(changing->network, type, at);
	size_t where = object_info(type)->netns;

	move->found = false;
	move->keep = true;
	object_links(type, object, follow, move);
	if (!move->found)
		return;
	object = changing_edit(changing, type, at);
	/* The nexthops of what was before stay as they were. */
	if (type == OBJECT_ROUTE) {
		struct route_full *full = object_copy(type, object, &changing->network->arena);

		memcpy(object, full, object_info(type)->size);
	}
	move->keep = false;
	object_links(type, object, follow, move);
	if (type == OBJECT_ADDRESS)
		relabel(move, object);
	if (type != OBJECT_LINK && !is_via(type, object, move->now))
		memcpy((char *)object + where, &move->to, sizeof(move->to));
	network_rekey(changing->network, type, at);
}

/* "net.ipv4.conf.OLD.forwarding" */
static void follow_setting(struct move *move, size_t at)
{
	struct changing *changing = move->changing;
	const struct sysctl *have = network_at(changing->network, OBJECT_SYSCTL, at);
	const char *key = name_of(changing, have->key.id), *found;
	const char *old = name_of(changing, move->old);
	CLEANUP(text_clear) struct text text = { 0 };
	struct sysctl *sysctl;

	if (have->netns.id != move->from || sysctl_link(changing->context->names, key) != move->old)
		return;
	found = strstr(key, old);
	if (!found)
		return;
	text_put(&text, key, (size_t)(found - key));
	text_printf(&text, "%s%s", name_of(changing, move->now), found + strlen(old));
	sysctl = changing_edit(changing, OBJECT_SYSCTL, at);
	sysctl->key.id = names_of(changing->context->names, text_string(&text));
	sysctl->netns.id = move->to;
	network_rekey(changing->network, OBJECT_SYSCTL, at);
}

static void follow_all(struct move *move)
{
	struct changing *changing = move->changing;
	const struct link_address *address;

	/* The labels are numbered in the kernel's order: secondaries stand behind. */
	for (size_t i = 0; (address = changing_walk(changing, OBJECT_ADDRESS, &i)); i++)
		if (!address->secondary)
			follow_one(move, OBJECT_ADDRESS, i);

	for (size_t type = 0; type < OBJECT_TYPES; type++) {
		for (size_t i = 0; changing_walk(changing, (enum object_type)type, &i); i++)
			if (type == OBJECT_SYSCTL)
				follow_setting(move, i);
			else
				follow_one(move, (enum object_type)type, i);
	}
}

/* What names a link that went to another namespace says so, where it can. */
static void follow_elsewhere(struct changing *changing, const struct link *moved, uint32_t from)
{
	struct link *link;

	for (size_t i = 0; (link = changing_walk(changing, OBJECT_LINK, &i)); i++) {
		bool is_end = link->peer.id == moved->name.id && link->peer_netns.id == from &&
			      moved->peer.id == link->name.id &&
			      moved->peer_netns.id == link->netns.id;
		bool stands_on =
			!is_end && !is_kind(link, "veth") && HAS(link, link) &&
			link->link.id == moved->name.id &&
			(HAS(link, link_netns) ? link->link_netns.id : link->netns.id) == from;

		if (is_end) {
			link_tie(changing, changing_edit(changing, OBJECT_LINK, i), moved);
		} else if (stands_on) {
			link = changing_edit(changing, OBJECT_LINK, i);
			link->link_netns = moved->netns;
			MARK(link, link_netns);
		}
	}
}

int move_check(struct changing *changing, const struct link *have, const struct link *link,
	       struct error *error)
{
	uint32_t netns = HAS(link, new_netns) ? link->new_netns.id : have->netns.id;
	uint32_t name = HAS(link, new_name) ? link->new_name.id : have->name.id;
	int r = changing_netns(changing, netns, error);

	if (r < 0 || (netns == have->netns.id && name == have->name.id))
		return r;
	if (netns != have->netns.id && is_kernel(changing) &&
	    (is_kind(have, "bridge") || !strcmp(name_of(changing, have->name.id), "lo")))
		return changing_refuses(changing, EINVAL, "it cannot leave its namespace", error);
	return name_check(changing, netns, name, false, error);
}

void move_link(struct changing *changing, size_t at, const struct link *change)
{
	struct link *link = network_at(changing->network, OBJECT_LINK, at);
	struct move move = { .changing = changing,
			     .from = link->netns.id,
			     .to = HAS(change, new_netns) ? change->new_netns.id : link->netns.id,
			     .old = link->name.id,
			     .now = HAS(change, new_name) ? change->new_name.id : link->name.id };
	bool moves = move.to != move.from;

	if (!moves && move.now == move.old)
		return;
	if (moves && is_kernel(changing))
		fall_moved(changing, move.from, move.old);
	follow_all(&move);
	link->netns.id = move.to;
	link->name.id = move.now;
	network_rekey(changing->network, OBJECT_LINK, at);
	if (!moves)
		return;
	if (HAS(link, link) && !HAS(link, link_netns) && !is_kind(link, "veth")) {
		link->link_netns.id = move.from;
		MARK(link, link_netns);
	}
	if (link->master.id) {
		DROP(link, master);
		fall_port(changing, link);
	}
	if (is_kernel(changing))
		link->up = false;
	if (link->peer.id) {
		size_t end;

		if (candidate_link(changing->network, link->peer_netns.id, link->peer.id, &end))
			link_tie(changing, link, network_at(changing->network, OBJECT_LINK, end));
	}
	follow_elsewhere(changing, link, move.from);
}

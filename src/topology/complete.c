/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/complete.h"

#include <errno.h>
#include <string.h>

#include "base/names.h"
#include "base/words.h"
#include "text/entry_words.h"
#include "topology/load_link.h"

static const char *name_of(const struct loader *loader, const struct link *link)
{
	return names_text(loader->names, link->name.id);
}

static struct place_in_file place_of(const struct loader *loader, uint32_t index)
{
	struct origin_in_file origin = network_origin(loader->network, OBJECT_LINK, index);

	return (struct place_in_file){ origin.line, origin.column };
}

/* The ends of segments and wires that a real host has already. */
static void complete_ends(struct loader *loader)
{
	for (size_t i = 0; i < loader->ends_count; i++) {
		const struct expected_end *end = &loader->ends[i];
		struct link link = { .name.id = end->name, .manage = MANAGE_EXPECT };
		struct loaded_link fact = { 0 };
		uint32_t index;

		if (!loader_find_link(loader, 0, end->name, &index)) {
			ATTR_MARK(&link_table, link, &link, name);
			loader_add_link(loader, &link, &fact, end->at);
			continue;
		}
		if (loader_link(loader, index)->manage == MANAGE_EXPECT)
			loader_refuse(loader, end->at,
				      "'%s' is the end of a segment or wire already",
				      names_text(loader->names, end->name));
		loader_link(loader, index)->manage = MANAGE_EXPECT;
	}
}

void refuse_missing_link(struct loader *loader, struct place_in_file at, const char *word,
			 uint32_t netns, uint32_t name)
{
	const char *best = NULL, *wanted = names_text(loader->names, name);
	struct error error = { 0 };
	size_t distance = SIZE_MAX;
	uint32_t space;

	if (loader_is_told(loader, at))
		return;
	if (!key_map_find(&loader->space_index, netns, &space)) {
		error_usage(&error, "%s: there is no namespace '%s'", word,
			    loader_space_name(loader, netns));
		for (size_t i = 0; i < loader->spaces_count; i++)
			words_nearer(loader_space_name(loader, netns),
				     loader_space_name(loader, loader->spaces[i].netns), &best,
				     &distance);
		words_suggest(&error, loader_space_name(loader, netns), best, distance);
		loader_mistake(loader, at, &error);
		return;
	}
	for (size_t i = 0; i < loader->facts_count && i < 10000; i++)
		if (loader_link(loader, (uint32_t)i)->netns.id == netns)
			words_nearer(wanted, name_of(loader, loader_link(loader, (uint32_t)i)),
				     &best, &distance);
	error_usage(&error, "%s: there is no link '%s' in this namespace", word, wanted);
	words_suggest(&error, wanted, best, distance);
	loader_mistake(loader, at, &error);
}

/* A link named only as somebody's `peer` is that veth's other end: it is made here. */
static void add_implicit(struct loader *loader, uint32_t index)
{
	const struct link *link = loader_link(loader, index);
	struct link other = { .netns = link->peer_netns, .name = link->peer };
	struct place_in_file at = loader->facts[index].peer;
	struct loaded_link fact = { 0 };
	struct error error = { 0 };
	uint32_t found;

	if (loader_find_link(loader, other.netns.id, other.name.id, &found))
		return;
	if (!key_map_find(&loader->space_index, other.netns.id, &fact.space)) {
		refuse_missing_link(loader, at, "peer", other.netns.id, other.name.id);
		return;
	}
	/* On the machine itself it could be one that is there, which others named. */
	if (loader_link_name(loader, name_of(loader, &other), false, &found, &error) < 0) {
		error_wrap(&error, "peer");
		loader_mistake(loader, at, &error);
		return;
	}
	ATTR_MARK(&link_table, link, &other, name);
	loader_add_link(loader, &other, &fact, at);
}

/* Whether the link can be a veth; it is one from now on. */
static bool is_veth(struct loader *loader, struct link *link, struct place_in_file at)
{
	if (link->kind.id && link->kind_info != link_kind_find("veth")) {
		loader_refuse(loader, at, "peer: '%s' is a %s: only a veth has another end",
			      name_of(loader, link), names_text(loader->names, link->kind.id));
		return false;
	}
	link_set_kind(link, loader->names, "veth");
	return true;
}

static void join_ends(struct loader *loader, uint32_t index)
{
	struct link *link = loader_link(loader, index), *other;
	struct loaded_link *fact = &loader->facts[index];
	uint32_t end;

	if (!loader_find_link(loader, link->peer_netns.id, link->peer.id, &end))
		return;
	other = loader_link(loader, end);
	if (end == index)
		loader_refuse(loader, fact->peer, "'%s' cannot be its own other end",
			      name_of(loader, link));
	else if ((loader->facts[end].other && loader->facts[end].other != index + 1) ||
		 (other->peer.id &&
		  (other->peer.id != link->name.id || other->peer_netns.id != link->netns.id)))
		loader_refuse(loader, fact->peer, "peer: '%s' has another end already",
			      name_of(loader, other));
	else if (is_veth(loader, link, fact->peer) && is_veth(loader, other, fact->peer)) {
		other->peer = link->name;
		other->peer_netns = link->netns;
		fact->other = end + 1;
		loader->facts[end].other = index + 1;
	}
}

static void complete_peers(struct loader *loader)
{
	size_t count = loader->facts_count;

	for (uint32_t i = 0; i < count && !loader_is_done(loader); i++)
		if (loader_link(loader, i)->peer.id)
			add_implicit(loader, i);
	count = loader->facts_count;
	for (uint32_t i = 0; i < count && !loader_is_done(loader); i++)
		if (loader_link(loader, i)->peer.id && !loader->facts[i].other)
			join_ends(loader, i);
}

static bool is_lo(const struct loader *loader, const struct link *link)
{
	return !strcmp(name_of(loader, link), "lo");
}

/* A namespace that the lab makes has its `lo`, which is up. */
static void complete_lo(struct loader *loader)
{
	struct link link = { .name.id = names_of(loader->names, "lo") };

	ATTR_MARK(&link_table, link, &link, name);
	for (size_t i = 0; i < loader->spaces_count; i++) {
		const struct space *space = &loader->spaces[i];
		struct loaded_link fact = { .space = (uint32_t)i };
		uint32_t index;

		link.netns.id = space->netns;
		if (space->is_made && !loader_find_link(loader, space->netns, link.name.id, &index))
			loader_add_link(loader, &link, &fact, space->at);
	}
}

#define MARK_UNLESS_ASKED(table, object, pointer, member, what)                     \
	do {                                                                        \
		const struct attr *wanted_ = ATTR_ROW(table, object, member);       \
		const struct attr_set *asked_ = &(pointer)->asked;                  \
		if (!((asked_->value | asked_->null) & attr_bit(table, wanted_))) { \
			(pointer)->member = (what);                                 \
			attr_mark(table, pointer, wanted_);                         \
		}                                                                   \
	} while (0)

static void check_kind(struct loader *loader, struct place_in_file at, const struct link *link)
{
	const struct link_kind *kind = link->kind_info;
	struct error error = { 0 };
	int r = 0;

	if (kind && kind->check)
		r = kind->check(&link->data, &loader->context, &error);
	if (!r && kind && kind->check_new &&
	    (link->manage == MANAGE_OWN || link->manage == MANAGE_ADOPT))
		r = kind->check_new(&link->data, &loader->context, &error);
	if (!r)
		r = bridge_port_check(&link->port, &loader->context, &error);
	if (r < 0)
		loader_mistake(loader, at, &error);
}

/* What the format gives a link that does not say it: `up`, and VXLAN's own port. */
static void complete_link(struct loader *loader, uint32_t index)
{
	struct link *link = loader_link(loader, index);
	const struct space *space = &loader->spaces[loader->facts[index].space];
	bool is_own = link->manage == MANAGE_OWN, has_kind = link->kind.id;

	/* What has a peer that is a mistake is one already. */
	if (!has_kind && loader->facts[index].peer.line)
		return;
	if (!has_kind && space->is_made && !is_lo(loader, link)) {
		loader_refuse(loader, place_of(loader, index),
			      "'%s' needs a 'type': it is nobody's 'peer'", name_of(loader, link));
		return;
	}
	if (is_own && !link->peer.id && link->kind_info == link_kind_find("veth")) {
		loader_refuse(loader, place_of(loader, index),
			      "'%s': a veth needs its 'peer', [NETNS/]LINK", name_of(loader, link));
		return;
	}
	link_take_defaults(link, space);
	if (is_own && (has_kind || space->is_made))
		MARK_UNLESS_ASKED(&link_table, link, link, up, true);
	if ((is_own || link->manage == MANAGE_ADOPT) && link->kind_info == link_kind_find("vxlan"))
		MARK_UNLESS_ASKED(&vxlan_table, vxlan, &link->data.vxlan, dstport, 4789);
	check_kind(loader, place_of(loader, index), link);
}

/* The port of a segment's bridge carries what its member does. */
static void complete_mtu(struct loader *loader, uint32_t index)
{
	struct link *link = loader_link(loader, index);
	const struct loaded_link *fact = &loader->facts[index];
	const struct link *other = fact->other ? loader_link(loader, fact->other - 1) : NULL;

	/* Only a segment's port has its place where its peer is named. */
	if (!other || fact->peer.line != fact->master.line ||
	    fact->peer.column != fact->master.column || !fact->peer.line)
		return;
	if (ATTR_HAS(&link_table, link, other, mtu))
		MARK_UNLESS_ASKED(&link_table, link, link, mtu, other->mtu);
}

void complete_links(struct loader *loader)
{
	complete_ends(loader);
	complete_peers(loader);
	complete_lo(loader);
	for (uint32_t i = 0; i < loader->facts_count && !loader_is_done(loader); i++)
		complete_link(loader, i);
	for (uint32_t i = 0; i < loader->facts_count; i++)
		complete_mtu(loader, i);
}

void complete_entries(struct loader *loader)
{
	size_t count = loader->network->objects[OBJECT_FDB].count;

	for (size_t i = 0; i < count && !loader_is_done(loader); i++) {
		struct fdb *fdb = network_at(loader->network, OBJECT_FDB, i);
		struct origin_in_file origin = network_origin(loader->network, OBJECT_FDB, i);
		struct place_in_file at = { origin.line, origin.column };
		uint32_t index;

		if (loader_find_link(loader, fdb->netns.id, fdb->dev.id, &index))
			fdb_settle_table(fdb, loader_link(loader, index));
		else if (!fdb->self && !fdb->master && !fdb->netns.id)
			loader_refuse(loader, at,
				      "'%s' is no link of the file: say 'self' or 'master', "
				      "whose table is meant",
				      names_text(loader->names, fdb->dev.id));
		fdb_settle_state(fdb);
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/link_verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/link_filter.h"
#include "command/link_show.h"
#include "command/link_words.h"
#include "command/missing.h"
#include "command/request.h"
#include "command/source.h"
#include "text/take.h"

enum { VXLAN_PORT = 4789, VXLAN_GPE_PORT = 4790, IP_VXLAN_PORT = 8472 };

static struct link_wish new_wish(struct request *request, const char *kind)
{
	struct link_wish wish = { 0 };

	if (kind)
		link_set_kind(&wish.link, request->names, kind);
	return wish;
}

/*
 * What ovl says where the user does not: the port the standard has, which is
 * not the kernel's (8472), and no learning on an external device, as ip does.
 */
static void vxlan_defaults(const struct request *request, struct link *link)
{
	struct vxlan *vxlan = &link->data.vxlan;

	if (link->kind_info != link_kind_find("vxlan"))
		return;
	if (!ATTR_HAS(&vxlan_table, vxlan, vxlan, dstport)) {
		vxlan->dstport = vxlan->gpe ? VXLAN_GPE_PORT : VXLAN_PORT;
		ATTR_MARK(&vxlan_table, vxlan, vxlan, dstport);
		request_note(request, "dstport %u, the standard's; ip's default is %d",
			     vxlan->dstport, IP_VXLAN_PORT);
	}
	if (vxlan->external && !ATTR_HAS(&vxlan_table, vxlan, vxlan, learning))
		ATTR_MARK(&vxlan_table, vxlan, vxlan, learning);
	if (vxlan->external && !ATTR_HAS(&vxlan_table, vxlan, vxlan, vni))
		ATTR_MARK(&vxlan_table, vxlan, vxlan, vni);
}

/* The kernel names a veth's other end when nobody does; which name it took is told. */
static int tell_peer(struct request *request, uint32_t name, struct error *error)
{
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	const struct link *link;
	const char *peer;

	if (request->options.dry_run || request->options.as_ip)
		return 0;
	link = request_link(request, 0, name, error);
	if (!link)
		return -error->errnum;
	peer = names_text(request->names, link->link.id);
	if (request->options.json) {
		json_open_array(&json, NULL);
		json_open_object(&json, NULL);
		json_string(&json, "peer", peer);
		json_close_object(&json);
		json_close_array(&json);
	} else if (!request->options.quiet) {
		text_escaped(request->out, peer, strlen(peer));
	} else {
		return 0;
	}
	text_char(request->out, '\n');
	return 0;
}

int link_verb_add(struct request *request, const char *kind, struct words *words,
		  struct error *error)
{
	struct link_wish wish = new_wish(request, kind), peer = new_wish(request, "veth");
	bool is_veth, has_peer;
	int r = link_words_take(request, &wish, LINK_NEW, words, error);

	if (r < 0)
		return r;
	is_veth = wish.link.kind_info == link_kind_find("veth");
	has_peer = words_take_if(words, "peer");
	if (has_peer && !is_veth)
		return error_usage(error, "'peer' goes with type veth only");
	if (has_peer)
		r = link_words_take(request, &peer, LINK_PEER, words, error);
	if (r < 0)
		return r;
	if (!wish.link.name.id)
		return error_usage(error, "a NAME is needed");
	if (!wish.link.kind.id)
		return error_usage(error, "'%s' needs 'type KIND'",
				   names_text(request->names, wish.link.name.id));
	if (has_peer && peer.link.name.id == wish.link.name.id &&
	    peer.link.netns.id == wish.link.netns.id)
		return error_usage(error,
				   "peer: both ends cannot be called '%s' in one namespace: "
				   "'netns NETNS' puts an end into another",
				   names_text(request->names, wish.link.name.id));
	if (has_peer && peer.addresses_count && !peer.link.name.id)
		return error_usage(error, "peer: an address needs the other end to have a NAME");
	vxlan_defaults(request, &wish.link);
	plan_link_add(&request->plan, &wish, has_peer ? &peer : NULL);
	if (!is_veth)
		return missing_note(request, OBJECT_LINK, &wish.link, error);
	if ((has_peer && peer.link.name.id) || wish.link.netns.id)
		return 0;
	r = request_commit(request, error);
	return r < 0 ? r : tell_peer(request, wish.link.name.id, error);
}

const struct link *link_expect(struct request *request, uint32_t name, const char *kind,
			       struct error *error)
{
	const struct link *link = request_link(request, 0, name, error);

	if (!link || !kind || link->kind_info == link_kind_find(kind))
		return link;
	error_usage(error, "link '%s' is no %s%s%s", names_text(request->names, name), kind,
		    link->kind.id ? " but a " : "",
		    link->kind.id ? names_text(request->names, link->kind.id) : "");
	return NULL;
}

/*
 * What cannot change on a live device is refused here with its name: the kernel
 * says "Operation not supported" of it, even when the value is the one it has.
 */
static int refuse_fixed(const struct attr_table *table, const struct link_kind *kind,
			const void *have, void *want, struct error *error)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		if (!attr_has(table, want, row) ||
		    (!(row->traits & ATTR_FIXED) &&
		     !(kind && kind->replaces && kind->replaces(have, want, row))))
			continue;
		if (!attr_equal(row, have, want))
			return error_usage(error,
					   "%s: '%s' cannot change on a live device: remove it and "
					   "make it again",
					   table->name, row->name);
		attr_drop(table, want, row);
	}
	return 0;
}

static int set_check(const struct request *request, const struct link *have, struct link *want,
		     struct error *error)
{
	const struct link_kind *kind = want->kind_info;
	/* What is in no kernel yet says nothing of what that has. */
	bool is_real = !request->candidate || have->index;
	int r;

	/* A file says how a link shall be, however it comes to that. */
	if (request->candidate && request->candidate_mode == CANDIDATE_FILE)
		return 0;
	r = refuse_fixed(&link_table, NULL, have, want, error);

	if (!r && kind && kind->table)
		r = refuse_fixed(kind->table, kind, &have->data, &want->data, error);
	if (!r && is_real)
		r = missing_refuse(have, want, error);
	return r;
}

int link_verb_set(struct request *request, const char *kind, struct words *words,
		  struct error *error)
{
	struct link_wish wish = new_wish(request, kind);
	const struct link *have;
	int r = link_words_take(request, &wish, LINK_OLD, words, error);

	if (r < 0)
		return r;
	if (!wish.link.name.id)
		return error_usage(error, "a DEV is needed");
	if (!link_values(&wish.link) && !wish.addresses_count && !wish.altnames_count)
		return error_usage(error, "nothing to set of '%s'",
				   names_text(request->names, wish.link.name.id));
	if (!kind && wish.link.kind.id)
		kind = names_text(request->names, wish.link.kind.id);
	have = link_expect(request, wish.link.name.id, kind, error);
	if (!have)
		return -error->errnum;
	wish.link.name = have->name;
	r = set_check(request, have, &wish.link, error);
	if (r < 0)
		return r;
	plan_link_set(&request->plan, &wish);
	return 0;
}

int link_take_dev(struct request *request, struct words *words, uint32_t *name, struct error *error)
{
	const char *word;

	words_take_if(words, "dev");
	word = words_take(words);
	if (!word)
		return error_usage(error, "a DEV is needed");
	return request_name(request, word, name, error);
}

/* What is in a group, in the order of the dump: who is below before who is above. */
struct member {
	uint32_t name, peer;
	bool stays; /* no kind: of hardware, or lo */
};

struct members {
	struct member *items;
	size_t count, room;
};

static void members_clear(struct members *members)
{
	free(members->items);
}

static int add_member(void *cookie, const void *object, bool removed)
{
	const struct link *link = object;
	struct members *members = cookie;
	bool has_peer = link->kind_info && link->kind_info == link_kind_find("veth") &&
			!link->link_netns.id && !link->peer_netns.id;

	if (!removed)
		*array_add(&members->items, &members->count, &members->room) = (struct member){
			.name = link->name.id,
			.peer = has_peer ? link->link.id : 0,
			.stays = !link->kind.id,
		};
	return 0;
}

static void forget_members(void *cookie)
{
	((struct members *)cookie)->count = 0;
}

static bool falls_with_peer(const struct members *members, size_t at)
{
	for (size_t i = at + 1; members->items[at].peer && i < members->count; i++)
		if (members->items[i].name == members->items[at].peer)
			return true;
	return false;
}

static int plan_members(struct request *request, const struct members *members, struct error *error)
{
	for (size_t i = 0; i < members->count; i++)
		if (members->items[i].stays)
			return error_usage(error,
					   "link '%s' of the group cannot be removed, so none is",
					   names_text(request->names, members->items[i].name));
	for (size_t i = members->count; i-- > 0;) {
		struct link link = { .name = { members->items[i].name } };

		if (falls_with_peer(members, i))
			continue;
		ATTR_MARK(&link_table, link, &link, name);
		/* Who is above falls with who is below. */
		plan_add(&request->plan, OBJECT_LINK, CHANGE_DELETE, &link)->may_miss = true;
	}
	return 0;
}

/*
 * `group GROUP`: each link is a step of its own, unlike ip's single message, so that all is
 * as with the others: it is shown, guarded and taken back. As there, all or none.
 */
static int del_group(struct request *request, const char *kind, struct words *words,
		     struct error *error)
{
	CLEANUP(members_clear) struct members members = { 0 };
	struct link filter = { 0 };
	const char *word = words->at[1];
	int r = apply_flush(&request->apply, error);

	if (kind)
		link_set_kind(&filter, request->names, kind);
	if (!r)
		r = link_filter_take(request, &filter, words, error);
	if (r >= 0 && words->left && !strcmp(words_peek(words), "type"))
		r = link_filter_take(request, &filter, words, error);
	if (r >= 0 && words->left)
		return object_unknown(NULL, 0, (const char *const[]){ "type", NULL },
				      words_peek(words), error);
	if (r < 0)
		return r;
	if (!filter.group)
		return error_usage(error,
				   "group '%s' is of all links that are in no other: "
				   "name those to remove",
				   word);
	r = request_read(request, 0, OBJECT_LINK, &filter, false, add_member, forget_members,
			 &members, error);
	if (!r && !members.count && !request->options.idempotent)
		return error_usage(error, "there is no link in group '%s'", word);
	return r < 0 ? r : plan_members(request, &members, error);
}

int link_verb_del(struct request *request, const char *kind, struct words *words,
		  struct error *error)
{
	const char *first = words_peek(words);
	struct link link = { 0 };
	int r;

	/* Alone it is a link that is called so. */
	if (first && !strcmp(first, "group") && words->left > 1 &&
	    strcmp(words->at[1], "type") != 0)
		return del_group(request, kind, words, error);
	r = link_take_dev(request, words, &link.name.id, error);
	if (!r && words_take_if(words, "type")) {
		kind = words_value(words, "type", "KIND", error);
		r = kind ? 0 : -EINVAL;
	}
	if (r < 0)
		return r;
	if (words_peek(words))
		return object_unknown(NULL, 0, (const char *const[]){ "type", NULL },
				      words_peek(words), error);
	if (!link_expect(request, link.name.id, kind, error)) {
		if (error->errnum != ENOENT || !request->options.idempotent)
			return -error->errnum;
		error_clear(error);
		return 0;
	}
	ATTR_MARK(&link_table, link, &link, name);
	plan_add(&request->plan, OBJECT_LINK, CHANGE_DELETE, &link);
	return 0;
}

void link_enslave(struct request *request, uint32_t dev, uint32_t master)
{
	struct link link = { .name = { dev }, .master = { master } };

	ATTR_MARK(&link_table, link, &link, name);
	ATTR_MARK(&link_table, link, &link, master);
	plan_add(&request->plan, OBJECT_LINK, CHANGE_SET, &link);
}

int link_verb_show(struct request *request, const char *kind, struct words *words,
		   struct error *error)
{
	static const char *const known[] = { LINK_FILTER_WORDS, "dev", NULL };
	struct link filter = { 0 };
	int r = 0;

	if (kind)
		link_set_kind(&filter, request->names, kind);
	while (r >= 0 && words->left) {
		const char *word;

		r = link_filter_take(request, &filter, words, error);
		if (r)
			continue;
		word = words_take(words);
		if (filter.name.id)
			return object_unknown(NULL, 0, known, word, error);
		if (!strcmp(word, "dev"))
			word = words_value(words, "dev", "DEV", error);
		r = word ? request_name(request, word, &filter.name.id, error) : -EINVAL;
	}
	if (r >= 0 && filter.name.id) {
		ATTR_MARK(&link_table, link, &filter, name);
		r = request_own_name(request, &filter.name, error);
	}
	return r < 0 ? r : link_show(request, kind, &filter, error);
}

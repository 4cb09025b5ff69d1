/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl bridge`: bridges and their ports, with the words of brctl(8) and bridge(8). */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/words.h"
#include "command/command.h"
#include "command/link_show.h"
#include "command/link_verbs.h"
#include "command/link_words.h"
#include "command/list.h"
#include "command/missing.h"

static int add(struct request *request, struct words *words, struct error *error)
{
	return link_verb_add(request, "bridge", words, error);
}

static int set(struct request *request, struct words *words, struct error *error)
{
	return link_verb_set(request, "bridge", words, error);
}

static int del(struct request *request, struct words *words, struct error *error)
{
	return link_verb_del(request, "bridge", words, error);
}

static int show(struct request *request, struct words *words, struct error *error)
{
	return link_verb_show(request, "bridge", words, error);
}

static int take_bridge(struct request *request, struct words *words, uint32_t *bridge,
		       struct error *error)
{
	const char *word = words_take(words);
	int r;

	if (!word)
		return error_usage(error, "a BRIDGE is needed");
	r = request_name(request, word, bridge, error);
	if (r < 0)
		return r;
	/* A dry run may be about a bridge that is not there yet, but not about another kind. */
	return link_expect(request, *bridge, "bridge", error) ? 0 : -error->errnum;
}

/* Each DEV counts as a command: those before a refused one stay. */
static int addif(struct request *request, struct words *words, struct error *error)
{
	uint32_t bridge, dev;
	int r = take_bridge(request, words, &bridge, error);

	if (!r && !words->left)
		return error_usage(error, "a DEV is needed");
	while (!r && words->left) {
		r = request_name(request, words_take(words), &dev, error);
		if (!r && !request_link(request, 0, dev, error))
			r = -error->errnum;
		if (!r)
			link_enslave(request, dev, bridge);
		if (!r)
			r = request_commit(request, error);
	}
	return r;
}

static int delif(struct request *request, struct words *words, struct error *error)
{
	uint32_t bridge, dev;
	int r = take_bridge(request, words, &bridge, error);

	if (!r && !words->left)
		return error_usage(error, "a DEV is needed");
	while (!r && words->left) {
		const struct link *link = NULL;

		r = request_name(request, words_take(words), &dev, error);
		if (!r)
			link = request_link(request, 0, dev, error);
		if (!link && error->errnum == ENOENT && request->options.idempotent) {
			error_clear(error);
			r = 0;
			continue;
		}
		if (!link)
			return -error->errnum;
		if (link->master.id != bridge) {
			if (request->options.idempotent)
				continue;
			return error_usage(error, "link '%s' is no port of '%s'",
					   names_text(request->names, dev),
					   names_text(request->names, bridge));
		}
		link_enslave(request, dev, 0);
		r = request_commit(request, error);
	}
	return r;
}

static int port_set(struct request *request, struct words *words, struct error *error)
{
	struct link_wish wish = { 0 };
	/* Of a device that switches by itself, whether it is a port or not. */
	uint64_t hwmode =
		attr_bit(&bridge_port_table, ATTR_ROW(&bridge_port_table, bridge_port, hwmode));
	int r = link_port_words_take(request, &wish, words, error);
	const struct link *link;

	if (r < 0)
		return r;
	if (!wish.link.name.id)
		return error_usage(error, "a DEV is needed");
	link = request_link(request, 0, wish.link.name.id, error);
	if (!link)
		return -error->errnum;
	if (wish.link.port.asked.value & ~hwmode && !link->port_kind.id &&
	    !ATTR_HAS(&link_table, link, &wish.link, master))
		return error_usage(error, "link '%s' is no port of a bridge",
				   names_text(request->names, link->name.id));
	if (!link_values(&wish.link))
		return error_usage(error, "nothing to set of '%s'",
				   names_text(request->names, link->name.id));
	r = missing_refuse(link, &wish.link, error);
	if (r < 0)
		return r;
	plan_link_set(&request->plan, &wish);
	return request_commit(request, error);
}

static int port_list(struct request *request, struct words *words, struct error *error)
{
	struct link filter = { .port_kind = { 0 } };
	int r = apply_flush(&request->apply, error);

	if (r < 0)
		return r;
	while (words->left) {
		const char *word = words_take(words);
		bool is_master = !strcmp(word, "master");

		if (is_master || !strcmp(word, "dev"))
			word = words_value(words, word, "DEV", error);
		if (!word)
			return -EINVAL;
		r = request_name(request, word, is_master ? &filter.master.id : &filter.name.id,
				 error);
		if (r < 0)
			return r;
		if (is_master)
			ATTR_MARK(&link_table, link, &filter, master);
		else
			ATTR_MARK(&link_table, link, &filter, name);
	}
	filter.port_kind.id = names_of(request->names, "bridge");
	return port_show(request, &filter, error);
}

/*
 * [show|set] DEV … here, `bridge link show|set …` in iproute2's words. The two
 * differ in whether they change something, so `port` itself asks which it is.
 */
static int port(struct request *request, struct words *words, struct error *error)
{
	static const char *const shows[] = { "show", "list", "lis", "li", "ls",
					     "lst",  "sh",   "s",   NULL };
	const char *word = words_peek(words);

	for (size_t i = 0; word && shows[i]; i++)
		if (!strcmp(shows[i], word))
			return words_take(words), port_list(request, words, error);
	if (word && (!strcmp(word, "set") || !strcmp(word, "se"))) {
		words_take(words);
		return port_set(request, words, error);
	}
	/* DEV alone, or `dev DEV`, shows it; with something behind it sets that. */
	if (!word || words->left == 1 || (words->left == 2 && !strcmp(word, "dev")) ||
	    !strcmp(word, "master"))
		return port_list(request, words, error);
	return port_set(request, words, error);
}

static int fdb(struct request *request, struct words *words, struct error *error)
{
	return command_run_as(request, "fdb", words, error);
}

/* `bridge vni …` is `vxlan vni …` in iproute2's words. */
static int vni(struct request *request, struct words *words, struct error *error)
{
	words->at--;
	words->left++;
	return command_run_as(request, "vxlan", words, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a addbr", "[name] NAME [OPTIONS] [addr ADDRESS/LEN]...", "make a bridge", add, VERB_CHANGES,
	  { &bridge_table, &link_table } },
	{ "set", "se change", "[dev] BRIDGE [OPTIONS] [nomaster] [addr ADDRESS/LEN]...", "change a bridge", set, VERB_CHANGES,
	  { &bridge_table, &link_table } },
	{ "del", "d delete delbr", "[dev] BRIDGE", "remove a bridge", del, VERB_CHANGES, { NULL } },
	{ "show", "list lis ls lst s sh", "[[dev] BRIDGE] [group GROUP] [up|down]", "list bridges, each with its ports", show,
	  0, { NULL } },
	{ "addif", "", "BRIDGE DEV...", "make links ports of a bridge", addif, VERB_CHANGES, { NULL } },
	{ "delif", "", "BRIDGE PORT...", "take ports out of a bridge", delif, VERB_CHANGES, { NULL } },
	{ "port", "link lin li l", "set [dev] PORT [OPTIONS] | show [[dev] PORT] [master BRIDGE]", "change and list ports", port,
	  VERB_PASSES, { &bridge_port_table } },
	{ "fdb", "", "...", "the same as `ovl fdb`", fdb, VERB_PASSES, { NULL } },
	{ "vni", "", "...", "the same as `ovl vxlan vni`", vni, VERB_PASSES, { NULL } },
};
/* clang-format on */

const struct command command_bridge = {
	.name = "bridge",
	.shorts = "br",
	.help = "Ethernet bridges and their ports",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};

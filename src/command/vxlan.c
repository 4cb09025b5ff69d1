/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl vxlan`: VXLAN devices, their flood lists and their VNI filters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/words.h"
#include "command/command.h"
#include "command/fdb_show.h"
#include "command/link_filter.h"
#include "command/link_verbs.h"
#include "command/list.h"
#include "command/show.h"
#include "command/vni.h"
#include "model/fdb.h"
#include "model/uapi.h"
#include "text/take.h"

static int add(struct request *request, struct words *words, struct error *error)
{
	return link_verb_add(request, "vxlan", words, error);
}

static int set(struct request *request, struct words *words, struct error *error)
{
	return link_verb_set(request, "vxlan", words, error);
}

static int del(struct request *request, struct words *words, struct error *error)
{
	return link_verb_del(request, "vxlan", words, error);
}

static int show(struct request *request, struct words *words, struct error *error)
{
	return link_verb_show(request, "vxlan", words, error);
}

/* An entry of the flood list: the all-zero MAC, towards one VTEP. */
static struct fdb flood_entry(uint32_t dev)
{
	struct fdb fdb = { .dev = { dev }, .self = true };

	ATTR_MARK(&fdb_table, fdb, &fdb, mac);
	ATTR_MARK(&fdb_table, fdb, &fdb, dev);
	ATTR_MARK(&fdb_table, fdb, &fdb, self);
	return fdb;
}

static int remote_change(struct request *request, enum change change, struct words *words,
			 struct error *error)
{
	struct fdb fdb;
	uint32_t dev;
	const char *word;
	int r = link_take_dev(request, words, &dev, error);

	if (!r && !link_expect(request, dev, "vxlan", error)) {
		r = -error->errnum;
		/* What was in the list of a device that is gone is gone. */
		if (r == -ENOENT && change == CHANGE_DELETE && request->options.idempotent) {
			error_clear(error);
			return 0;
		}
	}
	if (r < 0)
		return r;
	word = words_take(words);
	if (!word)
		return error_usage(error, "an ADDRESS is needed");
	fdb = flood_entry(dev);
	if (!address_read(word, &fdb.dst) || address_is_multicast(&fdb.dst) ||
	    address_is_zero(&fdb.dst))
		return error_usage(error, "'%s' is no address of a VTEP", word);
	if (words_peek(words))
		return object_unknown(NULL, 0, NULL, words_peek(words), error);
	ATTR_MARK(&fdb_table, fdb, &fdb, dst);
	if (change != CHANGE_DELETE) {
		fdb.state = NUD_PERMANENT;
		ATTR_MARK(&fdb_table, fdb, &fdb, state);
	}
	plan_add(&request->plan, OBJECT_FDB, change, &fdb);
	return request_commit(request, error);
}

static int remote_show(struct request *request, struct words *words, struct error *error)
{
	struct fdb_choice choice = { 0 };
	uint32_t dev;
	int r = apply_flush(&request->apply, error);

	if (!r)
		r = link_take_dev(request, words, &dev, error);
	if (!r && !link_expect(request, dev, "vxlan", error))
		r = -error->errnum;
	if (r < 0)
		return r;
	choice.filter = flood_entry(dev);
	return fdb_show(request, &choice, error);
}

static int remote(struct request *request, struct words *words, struct error *error)
{
	const char *word = words_take(words);

	/* Destinations of one MAC are appended; the first is an append too. */
	if (word && !strcmp(word, "add"))
		return remote_change(request, CHANGE_APPEND, words, error);
	if (word && (!strcmp(word, "del") || !strcmp(word, "delete")))
		return remote_change(request, CHANGE_DELETE, words, error);
	if (word && (!strcmp(word, "show") || !strcmp(word, "list")))
		return remote_show(request, words, error);
	return object_unknown(NULL, 0, (const char *const[]){ "add", "del", "show", NULL },
			      word ? word : "", error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a", "[name] NAME id VNI [OPTIONS] [addr ADDRESS/LEN]...", "make a VXLAN device (dstport 4789 unless you say so)",
	  add, VERB_CHANGES, { &vxlan_table, &link_table } },
	{ "set", "se change", "[dev] VXLAN [OPTIONS] [nomaster] [addr ADDRESS/LEN]...", "change one", set, VERB_CHANGES,
	  { &vxlan_table, &link_table } },
	{ "del", "d delete", "[dev] VXLAN", "remove one", del, VERB_CHANGES, { NULL } },
	{ "show", "list lis li ls lst l s sh", "[[dev] VXLAN] " LINK_FILTER_CHOICE, "list them", show, 0, { NULL } },
	{ "remote", "", "{add|del} [dev] VXLAN ADDRESS | show [dev] VXLAN",
	  "the VTEPs that frames for unknown MACs are sent to (flood list)", remote, VERB_PASSES,
	  { NULL } },
	{ "vni", "", "{add|del} [dev] VXLAN [vni] VNI[-VNI][,...] [group ADDRESS] | show [[dev] VXLAN]",
	  "the VNIs an external device with vnifilter takes", vni_verb, VERB_PASSES, { NULL } },
};
/* clang-format on */

const struct command command_vxlan = {
	.name = "vxlan",
	.shorts = "vx",
	.help = "VXLAN tunnels (RFC 7348)",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};

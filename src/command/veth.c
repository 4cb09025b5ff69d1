/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl veth`: pairs of links, each the other's end. */
#include "base/error.h"
#include "command/command.h"
#include "command/link_verbs.h"
#include "command/list.h"

static int add(struct request *request, struct words *words, struct error *error)
{
	return link_verb_add(request, "veth", words, error);
}

static int set(struct request *request, struct words *words, struct error *error)
{
	return link_verb_set(request, "veth", words, error);
}

static int del(struct request *request, struct words *words, struct error *error)
{
	return link_verb_del(request, "veth", words, error);
}

static int show(struct request *request, struct words *words, struct error *error)
{
	return link_verb_show(request, "veth", words, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a", "[name] NAME [OPTIONS] [addr ADDRESS/LEN]... [peer [name] NAME [OPTIONS] [addr ADDRESS/LEN]...]",
	  "make a pair; the kernel names the other end when you do not, and ovl prints the name",
	  add, VERB_CHANGES, { &link_table } },
	{ "set", "se change", "[dev] VETH [OPTIONS] [nomaster] [addr ADDRESS/LEN]...", "change one end", set, VERB_CHANGES,
	  { &link_table, &bridge_port_table } },
	{ "del", "d delete", "[dev] VETH", "remove a pair, by either end", del, VERB_CHANGES, { NULL } },
	{ "show", "list lis li ls lst l s sh", "[[dev] VETH] [master BRIDGE] [group GROUP] [up|down]",
	  "list them, each with its other end and that one's namespace", show, 0, { NULL } },
};
/* clang-format on */

const struct command command_veth = {
	.name = "veth",
	.help = "virtual cables between namespaces and bridges",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};

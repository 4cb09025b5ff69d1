/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl link`: network interfaces of every kind. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/altname.h"
#include "command/command.h"
#include "command/link_filter.h"
#include "command/link_show.h"
#include "command/link_verbs.h"
#include "command/list.h"

static int add(struct request *request, struct words *words, struct error *error)
{
	return link_verb_add(request, NULL, words, error);
}

static int set(struct request *request, struct words *words, struct error *error)
{
	return link_verb_set(request, NULL, words, error);
}

static int del(struct request *request, struct words *words, struct error *error)
{
	return link_verb_del(request, NULL, words, error);
}

static int show(struct request *request, struct words *words, struct error *error)
{
	return link_verb_show(request, NULL, words, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a", "[name] NAME type KIND [OPTIONS] [addr ADDRESS/LEN]... [peer [name] NAME [OPTIONS] [addr ADDRESS/LEN]...]", "make a link", add,
	  VERB_CHANGES, { &link_table } },
	{ "set", "s se change", "[dev] DEV [type KIND] [OPTIONS] [nomaster] [addr ADDRESS/LEN]...", "change a link", set,
	  VERB_CHANGES, { &link_table, &bridge_port_table } },
	{ "del", "d delete", "{[dev] DEV|group GROUP} [type KIND]", "remove a link, or all of a group", del, VERB_CHANGES, { NULL } },
	{ "property", NULL, "{add|del} [dev] DEV altname NAME...", "give a link further names",
	  link_property, VERB_CHANGES, { NULL } },
	{ "show", "list lis li ls lst l sh", "[[dev] DEV] [type KIND] " LINK_FILTER_CHOICE, "list links", show, 0,
	  { NULL } },
};
/* clang-format on */

const struct command command_link = {
	.name = "link",
	.shorts = "l",
	.help = "network interfaces",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};

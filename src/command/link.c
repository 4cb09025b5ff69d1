/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl link`: network interfaces of every kind. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "command/link_show.h"
#include "command/link_verbs.h"

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

static const struct verb verbs[] = {
	{ "add", "a", "[name] NAME [OPTIONS] type KIND [KIND OPTIONS]", "make a link", add,
	  VERB_CHANGES, { &link_table } },
	{ "set", "s se change", "DEV [OPTIONS] [type KIND [KIND OPTIONS]]", "change a link", set,
	  VERB_CHANGES, { &link_table, &bridge_port_table } },
	{ "del", "d delete", "DEV [type KIND]", "remove a link", del, VERB_CHANGES, { NULL } },
	{ "show", "list ls lst l sh", "[DEV] [type KIND] [master BRIDGE] [up]", "list links", show, 0,
	  { NULL } },
};

const struct command command_link = {
	.name = "link",
	.shorts = "l",
	.help = "network interfaces",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};

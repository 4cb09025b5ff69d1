/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps as iproute2's commands: ip(8), bridge(8). */
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "base/text.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "plan/plan.h"
#include "text/object_words.h"

/* Which program and object say it, and how each change is called. */
static const struct {
	const char *program, *object;
	const char *verbs[CHANGE_DELETE + 1];
} says[OBJECT_TYPES] = {
	[OBJECT_NETNS] = { "ip", "netns", { "add", "add", "add", "add", "set", "delete" } },
	[OBJECT_LINK] = { "ip", "link", { "add", "add", "add", "replace", "set", "delete" } },
	[OBJECT_ADDRESS] = { "ip",
			     "address",
			     { "add", "add", "add", "replace", "change", "delete" } },
	[OBJECT_NEIGHBOUR] = { "ip",
			       "neigh",
			       { "add", "add", "add", "replace", "change", "delete" } },
	[OBJECT_FDB] = { "bridge",
			 "fdb",
			 { "add", "append", "append", "replace", "replace", "delete" } },
	[OBJECT_ROUTE] = { "ip",
			   "route",
			   { "add", "append", "prepend", "replace", "change", "delete" } },
	[OBJECT_VNI] = { "bridge", "vni", { "add", "add", "add", "add", "add", "delete" } },
	[OBJECT_ALTNAME] = { "ip", "link property", { "add", "add", "add", "add", "add", "del" } },
};

static void netns_command(const struct netns *netns, enum change change,
			  const struct attr_context *context, struct text *text)
{
	bool attaches = ATTR_HAS(&netns_table, netns, netns, pid);

	text_printf(text, "ip netns %s ", attaches ? "attach" : says[OBJECT_NETNS].verbs[change]);
	text_shell_word(text, names_text(context->names, netns->name.id));
	if (attaches)
		text_printf(text, " %u", netns->pid);
	else if (change == CHANGE_SET && netns->id < 0)
		text_puts(text, " auto");
	else if (change == CHANGE_SET)
		text_printf(text, " %d", netns->id);
}

/* Not iproute2's, but of the same script: sysctl(8). */
static void sysctl_command(const struct sysctl *sysctl, const char *from,
			   const struct attr_context *context, struct text *text)
{
	if (sysctl->netns.id)
		from = names_text(context->names, sysctl->netns.id);
	if (from) {
		text_puts(text, "ip netns exec ");
		text_shell_word(text, from);
		text_char(text, ' ');
	}
	text_puts(text, "sysctl -qw ");
	text_shell_word(text, names_text(context->names, sysctl->key.id));
	text_char(text, '=');
	text_shell_word(text, names_text(context->names, sysctl->value.id));
}

/* ip(8) takes "br" for the beginning of "broadcast": a name without a digit is called one. */
static bool reads_as_word(const struct attr_context *context, const struct link *link)
{
	const char *name = names_text(context->names, link->name.id);

	return strcmp(name, "lo") != 0 && name[strspn(name, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

/* What only bridge(8) has a word for, or says so that it holds; NULL: ip(8) says it. */
static const struct attr *bridges_word(const struct link *link)
{
	if (ATTR_HAS(&bridge_port_table, bridge_port, &link->port, hwmode))
		return ATTR_ROW(&bridge_port_table, bridge_port, hwmode);
	return link_is_port_state(link) ? ATTR_ROW(&bridge_port_table, bridge_port, state) : NULL;
}

static void bridge_command(const struct link *link, const struct attr *row, const char *from,
			   const struct attr_context *context, struct text *text)
{
	if (link->netns.id)
		from = names_text(context->names, link->netns.id);
	text_puts(text, "bridge ");
	if (from) {
		text_puts(text, "-n ");
		text_shell_word(text, from);
		text_char(text, ' ');
	}
	text_puts(text, "link set dev ");
	text_shell_word(text, names_text(context->names, link->name.id));
	text_printf(text, " %s ", row->name);
	attr_print_value(row, context, &link->port, text);
}

static void step_command(const struct step *step, const char *from,
			 const struct attr_context *context, struct text *text)
{
	const struct route_full *route = step->object;
	const void *object = step->object;
	const struct attr *word;
	struct link link;
	uint32_t netns = object_netns(step->type, step->object);

	if (step->type == OBJECT_NETNS) {
		netns_command(step->object, step->change, context, text);
		return;
	}
	if (step->type == OBJECT_SYSCTL) {
		sysctl_command(step->object, from, context, text);
		return;
	}
	word = step->type == OBJECT_LINK && step->change == CHANGE_SET ? bridges_word(step->object)
								       : NULL;
	if (word) {
		bridge_command(step->object, word, from, context, text);
		return;
	}
	text_puts(text, says[step->type].program);
	if (step->type == OBJECT_ROUTE && route->route.dst.family == IPV6)
		text_puts(text, " -6");
	/* A link that is born elsewhere is asked for from here, unless it is to be from there. */
	if (netns && (step->inside || !(step->type == OBJECT_LINK && step->change == CHANGE_ADD)))
		from = names_text(context->names, netns);
	if (from) {
		text_puts(text, " -n ");
		text_shell_word(text, from);
	}
	text_printf(text, " %s %s ", says[step->type].object, says[step->type].verbs[step->change]);
	if (step->type == OBJECT_LINK && reads_as_word(context, step->object))
		text_puts(text, step->change == CHANGE_ADD ? "name " : "dev ");
	if (step->inside) {
		link = *(const struct link *)step->object;
		link.netns.id = 0;
		object = &link;
	}
	object_words(step->type, context, object, step->other, step_extent(step), ATTR_STYLE_IP,
		     text);
}

/* Whether ip(8) knows the protocol by name is up to a file, which may not be there. */
static void number_protocol(struct text *line)
{
	static const char name[] = " proto ovl", number[] = " proto 111";
	const char *string = text_string(line), *at = strstr(string, name);

	if (at)
		memcpy(line->bytes + (at - string), number, sizeof(number) - 1);
}

void plan_print_ip(const struct plan *plan, const char *netns, const struct attr_context *context,
		   struct text *text)
{
	CLEANUP(text_clear) struct text line = { 0 };

	for (size_t i = 0; i < plan->count; i++) {
		/* Words are put behind what is there already: not into a text that streams. */
		text_cut(&line, 0);
		if (plan->steps[i].cuts)
			text_puts(text, "# cuts this ssh session:\n");
		step_command(&plan->steps[i], netns, context, &line);
		if (plan->steps[i].type == OBJECT_ROUTE)
			number_protocol(&line);
		text_char(&line, '\n');
		text_put(text, line.bytes, line.length);
	}
}

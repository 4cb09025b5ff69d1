/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/diff_print.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "plan/compare.h"
#include "text/object_words.h"

/* How an action is told: its sign, and its colour (SGR numbers of ECMA-48). */
static const struct {
	const char *sign;
	unsigned color;
} signs[ACTIONS] = {
	[ACTION_CREATE] = { "+", 32 },    [ACTION_CHANGE] = { "~", 33 },
	[ACTION_REPLACE] = { "-/+", 35 }, [ACTION_DELETE] = { "-", 31 },
	[ACTION_ADOPT] = { "~", 36 },     [ACTION_CONFLICT] = { "!", 31 },
};

static const void *object_of(const struct difference *difference)
{
	return difference->after ? difference->after : difference->before;
}

/* The namespace it is told under: a namespace under itself. */
static uint32_t netns_of(const struct difference *difference)
{
	const struct netns *netns = object_of(difference);

	return difference->type == OBJECT_NETNS ? netns->name.id
						: object_netns(difference->type, netns);
}

static void put_text(const struct attr_context *context, uint32_t name, struct text *text)
{
	const char *string = names_text(context->names, name);

	text_escaped(text, string, strlen(string));
}

/* What is the same for nearly all is not part of a name: the main table, IPv6's metric. */
static void put_route_key(const struct attr_context *context, const struct route_full *full,
			  struct text *text)
{
	struct route_full key = *full;

	for (const struct attr *row = route_table.rows; row < route_table.rows + route_table.count;
	     row++)
		if (!(row->traits & ATTR_KEY) || attr_is_zero(row, &key.route))
			attr_drop(&route_table, &key.route, row);
	key.route.dst = full->route.dst;
	ATTR_MARK(&route_table, route, &key.route, dst);
	if (key.route.table == RT_TABLE_MAIN)
		attr_drop(&route_table, &key.route, ATTR_ROW(&route_table, route, table));
	if (key.route.metric == ROUTE_METRIC_IPV6 && key.route.dst.family == IPV6)
		attr_drop(&route_table, &key.route, ATTR_ROW(&route_table, route, metric));
	key.route.hops = 0;
	key.detail = NULL;
	object_words(OBJECT_ROUTE, context, &key, NULL, WORDS_KEY, ATTR_STYLE_OVL, text);
}

static void put_name(const struct attr_context *context, const struct difference *difference,
		     struct text *text)
{
	const void *object = object_of(difference);

	switch (difference->type) {
	case OBJECT_NETNS:
		put_text(context, ((const struct netns *)object)->name.id, text);
		break;
	case OBJECT_SYSCTL:
		put_text(context, ((const struct sysctl *)object)->key.id, text);
		break;
	case OBJECT_ROUTE:
		put_route_key(context, object, text);
		break;
	default:
		object_words(difference->type, context, object, NULL, WORDS_KEY, ATTR_STYLE_OVL,
			     text);
	}
}

/* "none" stands for what is not there, as in `mtu 1400 -> none`. */
static void put_value(const struct attribute *attribute, const struct attr_context *context,
		      enum object_type type, const void *object, struct text *text)
{
	if (!object || !attribute_print(attribute, context, type, object, text))
		text_puts(text, "none");
}

static void put_attribute(const struct attribute *attribute, const struct attr_context *context,
			  const struct difference *difference, struct text *text)
{
	text_puts(text, attribute->name);
	text_char(text, ' ');
	if (difference->before) {
		put_value(attribute, context, difference->type, difference->before, text);
		text_puts(text, " -> ");
	}
	put_value(attribute, context, difference->type, difference->after, text);
	if (attribute->forces_replace)
		text_puts(text, " (forces a replacement)");
}

static void put_color(const struct diff_options *options, unsigned color, struct text *text)
{
	if (options->color)
		text_printf(text, "\033[%um", color);
}

static void put_difference(const struct difference *difference, const struct attr_context *context,
			   const struct diff_options *options, struct text *text)
{
	bool any = false;

	put_color(options, signs[difference->action].color, text);
	text_printf(text, "  %s %s ", signs[difference->action].sign,
		    object_info(difference->type)->name);
	put_name(context, difference, text);
	put_color(options, 0, text);
	for (size_t i = 0; i < difference->attributes.count; i++) {
		const struct attribute *attribute = &difference->attributes.items[i];

		/* What picks one of several stands in the name of a new one. */
		if (!difference->before && attribute->row && attribute->row->traits & ATTR_PICKS)
			continue;
		text_puts(text, any ? ", " : "  ");
		put_attribute(attribute, context, difference, text);
		any = true;
	}
	if (difference->action == ACTION_ADOPT)
		text_puts(text, "  (adopted)");
	if (difference->releases)
		text_puts(text, "  (given back, not removed)");
	if (difference->why) {
		text_puts(text, ": ");
		text_escape_again(text, difference->why, strlen(difference->why));
	}
	if (options->file && difference->origin.line) {
		text_puts(text, "  [");
		text_escaped(text, options->file, strlen(options->file));
		text_printf(text, ":%u:%u]", difference->origin.line, difference->origin.column);
	}
	text_char(text, '\n');
}

static bool is_told(const struct difference *difference, const struct diff_options *options)
{
	return difference->action != ACTION_NONE &&
	       (!options->only_conflicts || difference->action == ACTION_CONFLICT);
}

/* What is told, in the order it is told in. */
struct telling {
	const struct comparison *comparison;
	const struct names *names;
	uint32_t *items;
	size_t count;
	uint32_t *first_steps; /* of each difference; UINT32_MAX: it has none */
	bool *cuts;            /* of each: one of its steps would cut the caller's ssh session */
};

/* An altname stands behind its links. */
static int rank_of(enum object_type type)
{
	return type == OBJECT_ALTNAME ? 2 * OBJECT_LINK + 1 : 2 * (int)type;
}

static int by_place(const void *a, const void *b, void *cookie)
{
	const struct telling *telling = cookie;
	const struct difference *left = &telling->comparison->items[*(const uint32_t *)a];
	const struct difference *right = &telling->comparison->items[*(const uint32_t *)b];
	uint32_t netns_left = netns_of(left), netns_right = netns_of(right);

	if (netns_left != netns_right)
		return strcmp(names_text(telling->names, netns_left),
			      names_text(telling->names, netns_right));
	if (left->type != right->type)
		return rank_of(left->type) < rank_of(right->type) ? -1 : 1;
	return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : 1;
}

static int by_step(const void *a, const void *b, void *cookie)
{
	const struct telling *telling = cookie;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	if (telling->first_steps[left] != telling->first_steps[right])
		return telling->first_steps[left] < telling->first_steps[right] ? -1 : 1;
	return left < right ? -1 : 1;
}

static struct telling telling_of(const struct comparison *comparison, const struct names *names,
				 const struct diff_options *options)
{
	struct telling telling = {
		.comparison = comparison,
		.names = names,
		.items = memory_new(comparison->count + 1, sizeof(*telling.items)),
		.first_steps = memory_new(comparison->count + 1, sizeof(*telling.first_steps)),
		.cuts = memory_new(comparison->count + 1, sizeof(*telling.cuts)),
	};

	for (size_t i = 0; i < comparison->count; i++) {
		telling.first_steps[i] = UINT32_MAX;
		if (is_told(&comparison->items[i], options))
			telling.items[telling.count++] = (uint32_t)i;
	}
	for (size_t i = comparison->plan.count; i--;) {
		telling.first_steps[comparison->steps[i].difference] = (uint32_t)i;
		telling.cuts[comparison->steps[i].difference] |=
			comparison->plan.steps[i].cuts != NULL;
	}
	qsort_r(telling.items, telling.count, sizeof(*telling.items),
		options->by_steps ? by_step : by_place, &telling);
	return telling;
}

static void telling_clear(struct telling *telling)
{
	free(telling->items);
	free(telling->first_steps);
	free(telling->cuts);
}

void diff_print(const struct comparison *comparison, const struct attr_context *context,
		const struct diff_options *options, struct text *text)
{
	CLEANUP(telling_clear)
	struct telling telling = telling_of(comparison, context->names, options);
	CLEANUP(text_clear) struct text line = { 0 };
	uint32_t last = 0;

	for (size_t i = 0; i < telling.count; i++) {
		const struct difference *difference = &comparison->items[telling.items[i]];
		uint32_t netns = netns_of(difference);

		if (!i || netns != last) {
			text_puts(text, netns ? "netns " : "host");
			put_text(context, netns, text);
			text_char(text, '\n');
		}
		last = netns;
		/* Words are put behind what is there already: not into a text that streams. */
		text_cut(&line, 0);
		put_difference(difference, context, options, &line);
		text_put(text, line.bytes, line.length);
	}
}

static void json_value(struct json *json, const char *key, const struct attribute *attribute,
		       const struct attr_context *context, enum object_type type,
		       const void *object)
{
	CLEANUP(text_clear) struct text value = { 0 };

	if (object && attribute_print(attribute, context, type, object, &value))
		json_string(json, key, text_string(&value));
	else
		json_null(json, key);
}

static void json_difference(const struct difference *difference, bool cuts,
			    const struct attr_context *context, const struct diff_options *options,
			    struct json *json)
{
	CLEANUP(text_clear) struct text name = { 0 };
	uint32_t netns = netns_of(difference);

	put_name(context, difference, &name);
	json_open_object(json, NULL);
	if (netns)
		json_string(json, "netns", names_text(context->names, netns));
	else
		json_null(json, "netns");
	json_string(json, "object", object_info(difference->type)->name);
	json_string(json, "name", text_string(&name));
	json_string(json, "action", action_names[difference->action]);
	json_open_array(json, "attributes");
	for (size_t i = 0; i < difference->attributes.count; i++) {
		const struct attribute *attribute = &difference->attributes.items[i];

		json_open_object(json, NULL);
		json_string(json, "name", attribute->name);
		json_value(json, "before", attribute, context, difference->type,
			   difference->before);
		json_value(json, "after", attribute, context, difference->type, difference->after);
		json_bool(json, "forces_replace", attribute->forces_replace);
		json_close_object(json);
	}
	json_close_array(json);
	if (difference->why)
		json_string(json, "reason", difference->why);
	if (cuts)
		json_bool(json, "cuts_ssh_session", true);
	if (options->file && difference->origin.line) {
		json_string(json, "file", options->file);
		json_number(json, "line", difference->origin.line);
		json_number(json, "column", difference->origin.column);
	} else {
		json_null(json, "file");
		json_null(json, "line");
		json_null(json, "column");
	}
	json_close_object(json);
}

void diff_json(const struct comparison *comparison, const struct attr_context *context,
	       const struct diff_options *options, struct json *json)
{
	CLEANUP(telling_clear)
	struct telling telling = telling_of(comparison, context->names, options);

	json_open_object(json, NULL);
	json_number(json, "format", 1);
	json_string(json, "lab", options->lab);
	json_open_object(json, "summary");
	for (size_t action = ACTION_CREATE; action < ACTIONS; action++)
		json_number(json, action_names[action], comparison->totals[action]);
	json_number(json, "unchanged", comparison->totals[ACTION_NONE]);
	json_close_object(json);
	json_open_array(json, "changes");
	for (size_t i = 0; i < telling.count; i++)
		json_difference(&comparison->items[telling.items[i]],
				telling.cuts[telling.items[i]], context, options, json);
	json_close_array(json);
	json_close_object(json);
}

void diff_names(const struct comparison *comparison, const struct attr_context *context,
		enum action action, size_t most, struct text *text)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->count; i++) {
		const struct difference *difference = &comparison->items[i];
		enum object_type type = difference->type;
		const void *object = object_of(difference);

		if (difference->action == ACTION_NONE ||
		    (action != ACTION_NONE && difference->action != action) || count++ >= most)
			continue;
		text_puts(text, count > 1 ? ", " : "");
		object_title(type, context, object,
			     type == OBJECT_NETNS ? 0 : object_netns(type, object), text);
		if (difference->action == ACTION_CONFLICT && difference->why)
			text_printf(text, " (%s)", difference->why);
	}
	if (count > most)
		text_printf(text, " and %zu more", count - most);
}

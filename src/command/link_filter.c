/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/link_filter.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/words.h"
#include "command/link_verbs.h"
#include "command/request.h"
#include "model/link.h"

int link_filter_take_master(struct request *request, struct link_name *master, struct words *words,
			    struct error *error)
{
	const char *key = words_peek(words), *word;
	bool is_vrf = !strcmp(key, "vrf");
	int r;

	if (words_take_if(words, "nomaster")) {
		master->id = 0;
		return 1;
	}
	if (!is_vrf && strcmp(key, "master"))
		return 0;
	words_take(words);
	word = words_value(words, key, "DEV", error);
	if (!word)
		return -EINVAL;
	r = request_name(request, word, &master->id, error);
	if (!r)
		r = request_own_name(request, master, error);
	if (!r && is_vrf && !request->options.all_netns &&
	    !link_expect(request, master->id, "vrf", error))
		r = -error->errnum;
	return r < 0 ? r : 1;
}

/* Kinds without a table (tun, bond) are fine; what is nearly one of ours is a slip. */
static int check_kind(const char *kind, struct error *error)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	if (link_kind_find(kind))
		return 0;
	for (size_t i = 0; i < link_kinds_count; i++)
		words_nearer(kind, link_kinds[i].name, &best, &distance);
	if (distance > 1)
		return 0;
	error_usage(error, "type: there is no kind of link '%s'", kind);
	words_suggest(error, kind, best, distance);
	return -EINVAL;
}

/* ip(8): what ends in _slave is the kind of the master. */
static int take_kind(struct request *request, struct link *filter, struct words *words,
		     struct error *error)
{
	static const char ending[] = "_slave";
	const char *kind = words_value(words, "type", "KIND", error);
	size_t length = kind ? strlen(kind) : 0, tail = sizeof(ending) - 1;

	if (!kind)
		return -EINVAL;
	if (length > tail && !strcmp(kind + length - tail, ending)) {
		filter->port_kind.id = names_id(request->names, kind, length - tail);
		return check_kind(names_text(request->names, filter->port_kind.id), error);
	}
	link_set_kind(filter, request->names, kind);
	return check_kind(kind, error);
}

int link_filter_take(struct request *request, struct link *filter, struct words *words,
		     struct error *error)
{
	const char *word = words_peek(words);
	struct attr_context context;
	int r = link_filter_take_master(request, &filter->master, words, error);

	if (r) {
		ATTR_MARK(&link_table, link, filter, master);
		return r;
	}
	if (!strcmp(word, "up") || !strcmp(word, "down")) {
		words_take(words);
		filter->up = *word == 'u';
		ATTR_MARK(&link_table, link, filter, up);
	} else if (words_take_if(words, "type")) {
		r = take_kind(request, filter, words, error);
	} else if (words_take_if(words, "group")) {
		context = request_context(request);
		r = attr_parse(&link_table, ATTR_ROW(&link_table, link, group), &context, filter,
			       words, error);
	} else {
		return 0;
	}
	return r < 0 ? r : 1;
}

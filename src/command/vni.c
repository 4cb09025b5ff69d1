/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/vni.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/words.h"
#include "command/link_verbs.h"
#include "command/show.h"
#include "command/source.h"
#include "model/vni.h"
#include "text/take.h"
#include "text/vni_words.h"

static int take_words(struct request *request, struct vni *vni, const char **more,
		      struct words *words, struct error *error)
{
	struct attr_context context = request_context(request);

	return vni_words_take(&context, vni, more, words, error);
}

static int expect_filter(struct request *request, uint32_t dev, struct error *error)
{
	const struct link *link = link_expect(request, dev, "vxlan", error);

	if (!link)
		return -error->errnum;
	if (!link->data.vxlan.vnifilter)
		return error_usage(
			error, "vxlan '%s' has no vni filter: make it with 'external vnifilter'",
			names_text(request->names, link->name.id));
	return 0;
}

static int change(struct request *request, enum change change, struct words *words,
		  struct error *error)
{
	struct vni vni = { 0 };
	const char *more = NULL;
	int r = take_words(request, &vni, &more, words, error);

	if (r < 0)
		return r;
	if (!vni.dev.id)
		return error_usage(error, "a DEV is needed");
	r = vni_words_check(&vni, error);
	if (!r)
		r = expect_filter(request, vni.dev.id, error);
	if (r < 0)
		return r;
	do {
		plan_add(&request->plan, OBJECT_VNI, change, &vni);
		r = vni_words_next(&more, &vni, error);
	} while (r > 0);
	return r < 0 ? r : request_commit(request, error);
}

static const struct column columns[] = {
	{ "NETNS", 10 }, { "DEV", 15 }, { "VNI", 17 }, { "GROUP", 15 }
};

static void row(struct listing *listing, const void *object)
{
	const struct vni *vni = object;
	struct text *cell;

	cell_name(listing, vni->dev.id);
	cell = columns_cell(&listing->print);
	text_number(cell, vni->first);
	if (vni->last != vni->first) {
		text_char(cell, '-');
		text_number(cell, vni->last);
	}
	if (vni->remote.family)
		CELL(listing, &vni_table, vni, vni, remote);
	else
		CELL(listing, &vni_table, vni, vni, group);
}

/* iproute2 gathers the entries of a device in one object: {"ifname","vnis":[{"vni","vniEnd"}]}. */
struct gather {
	struct json *json;
	const struct json_options *options;
	uint32_t dev, netns;
	bool open;
};

static void device_end(struct gather *gather)
{
	if (!gather->open)
		return;
	json_close_array(gather->json);
	json_close_object(gather->json);
	gather->open = false;
}

static int gather_json(void *cookie, const void *object, bool removed)
{
	struct gather *gather = cookie;
	struct vni vni = *(const struct vni *)object;
	const struct names *names = gather->options->context->names;

	(void)removed;
	if (!gather->open || gather->dev != vni.dev.id) {
		device_end(gather);
		json_open_object(gather->json, NULL);
		if (gather->options->with_netns)
			json_string(gather->json, "netns", names_text(names, vni.netns.id));
		json_string(gather->json, "ifname", names_text(names, vni.dev.id));
		json_open_array(gather->json, "vnis");
		gather->open = true;
		gather->dev = vni.dev.id;
	}
	attr_drop(&vni_table, &vni, ATTR_ROW(&vni_table, vni, dev));
	json_open_object(gather->json, NULL);
	rows_json(&vni_table, gather->options, &vni, gather->json);
	json_close_object(gather->json);
	return 0;
}

static int show_json(struct request *request, struct listing *listing, struct error *error)
{
	struct gather gather = { .json = &listing->json, .options = &listing->json_options };
	uint32_t *netns;
	size_t count;
	int r = request_places(request, &netns, &count, error);

	listing_begin(listing, true);
	for (size_t i = 0; !r && i < count; i++) {
		r = request_dump(request, netns[i], OBJECT_VNI, listing->filter, false, gather_json,
				 &gather, error);
		device_end(&gather);
	}
	listing_end(listing);
	free(netns);
	return r == -EAGAIN ? listing_torn(listing, error) : r;
}

static int show(struct request *request, struct words *words, struct error *error)
{
	struct vni filter = { 0 };
	struct listing listing = { .request = request,
				   .type = OBJECT_VNI,
				   .filter = &filter,
				   .columns = columns,
				   .columns_count = sizeof(columns) / sizeof(*columns),
				   .row = row };
	int r = apply_flush(&request->apply, error);

	if (!r)
		r = take_words(request, &filter, NULL, words, error);
	if (!r && filter.dev.id && !request->options.all_netns)
		r = expect_filter(request, filter.dev.id, error);
	if (r < 0)
		return r;
	return request->options.json ? show_json(request, &listing, error)
				     : listing_stream(&listing, error);
}

int vni_verb(struct request *request, struct words *words, struct error *error)
{
	const char *word = words_take(words);

	if (word && !strcmp(word, "add"))
		return change(request, CHANGE_ADD, words, error);
	if (word && (!strcmp(word, "del") || !strcmp(word, "delete")))
		return change(request, CHANGE_DELETE, words, error);
	if (!word || !strcmp(word, "show") || !strcmp(word, "list"))
		return show(request, words, error);
	return object_unknown(NULL, 0, (const char *const[]){ "add", "del", "show", NULL }, word,
			      error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "command/source.h"
#include "kernel/peers.h"

void listing_begin(struct listing *listing, bool streams)
{
	struct request *request = listing->request;
	const struct options *options = &request->options;

	listing->context = request_context(request);
	listing->context.tolerant = true;
	listing->json_options = (struct json_options){
		.context = &listing->context,
		.details = options->details,
		.stats = options->stats,
		.brief = options->brief,
		.with_netns = options->all_netns,
		.pools = &request->pools,
	};
	listing->json = (struct json){ .out = request->out, .pretty = options->pretty };
	if (options->json) {
		json_open_array(&listing->json, NULL);
		return;
	}
	columns_begin(&listing->print, listing->columns + !options->all_netns,
		      listing->columns_count - !options->all_netns, streams, options->oneline,
		      request->out);
	listing->print.painted = options->color;
}

void listing_put(struct listing *listing, const void *object)
{
	if (listing->request->options.json) {
		object_json(listing->type, &listing->json_options, object, &listing->json);
		return;
	}
	if (listing->request->options.all_netns)
		cell_name(listing, object_netns(listing->type, object));
	listing->row(listing, object);
	columns_row(&listing->print);
}

void listing_end(struct listing *listing)
{
	if (!listing->request->options.json) {
		columns_end(&listing->print);
		return;
	}
	json_close_array(&listing->json);
	text_char(listing->request->out, '\n');
}

static int put_selected(void *cookie, const void *object, bool removed)
{
	struct listing *listing = cookie;

	(void)removed;
	if (!listing->selects || listing->selects(listing, object))
		listing_put(listing, object);
	/* Lists of one object are done with when it is printed: memory does not grow. */
	pools_forget_routes(&listing->request->pools);
	return 0;
}

int listing_torn(const struct listing *listing, struct error *error)
{
	return error_set(
		error, 0,
		"the %s table changed while it was listed: entries may be missing or doubled",
		object_info(listing->type)->name);
}

int listing_stream(struct listing *listing, struct error *error)
{
	struct request *request = listing->request;
	CLEANUP(pointer_free) uint32_t *netns = NULL;
	size_t count;
	int r = request_places(request, &netns, &count, error);

	if (r < 0)
		return r;
	listing_begin(listing, true);
	for (size_t i = 0; !r && i < count; i++) {
		r = request_dump(request, netns[i], listing->type, listing->filter,
				 request->options.stats, put_selected, listing, error);
		if (r < 0 && request_passes(request, error))
			r = 0;
	}
	listing_end(listing);
	return r == -EAGAIN ? listing_torn(listing, error) : r;
}

static void paint_value(struct columns *print, const struct attr *row, const void *object)
{
	const uint8_t *value = attr_value(row, object);

	if (row->type == &attr_type_link_name)
		columns_paint(print, PAINT_NAME);
	else if (row->type == &attr_type_mac || row->type == &attr_type_lladdr)
		columns_paint(print, PAINT_MAC);
	else if (row->type == &attr_type_address || row->type == &attr_type_prefix)
		columns_paint(print, *value == IPV6 ? PAINT_IPV6 : PAINT_IPV4);
}

void cell_row(struct listing *listing, const struct attr_table *table, const void *object,
	      const struct attr *row)
{
	struct text *cell = columns_cell(&listing->print);

	if (attr_has(table, object, row) &&
	    !((row->traits & ATTR_NO_ZERO) && attr_is_zero(row, object)))
		attr_print_value(row, &listing->context, object, cell);
	if (listing->print.painted)
		paint_value(&listing->print, row, object);
}

void cell_name(struct listing *listing, uint32_t name)
{
	const char *text = names_text(listing->context.names, name);

	text_escaped(columns_cell(&listing->print), text, strlen(text));
}

void links_clear(struct links *links)
{
	free(links->items);
	*links = (struct links){ 0 };
}

bool links_have(const struct links *links, struct netns_name netns, struct link_name name)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->items[i].name.id == name.id && links->items[i].netns.id == netns.id)
			return true;
	return false;
}

static int keep_link(void *cookie, const void *object, bool removed)
{
	struct links *links = cookie;

	(void)removed;
	*array_add(&links->items, &links->count, &links->room) = *(const struct link *)object;
	return 0;
}

static int by_place_and_name(const void *a, const void *b, void *cookie)
{
	const struct names *names = cookie;
	const struct link *left = a, *right = b;
	int order = strcmp(names_text(names, left->netns.id), names_text(names, right->netns.id));

	return order ? order
		     : strcmp(names_text(names, left->name.id), names_text(names, right->name.id));
}

static void drop_links(void *cookie)
{
	struct links *links = cookie;

	links->count = links->before;
}

static int read_place(struct request *request, const struct link *filter, uint32_t netns,
		      struct links *links, struct error *error)
{
	links->before = links->count;
	int r = request_read(request, netns, OBJECT_LINK, filter, request->options.stats, keep_link,
			     drop_links, links, error);

	return r < 0 && request_passes(request, error) ? 0 : r;
}

int links_read(struct request *request, const struct link *filter, bool peers, struct links *links,
	       struct error *error)
{
	CLEANUP(pointer_free) uint32_t *netns = NULL;
	size_t count;
	int r = request_places(request, &netns, &count, error);

	for (size_t i = 0; !r && i < count; i++)
		r = read_place(request, filter, netns[i], links, error);
	/* A candidate knows them. */
	if (!r && peers && !request->candidate)
		r = peers_find(&request->kernel, links->items, links->count, NULL, error);
	if (!r && links->count)
		qsort_r(links->items, links->count, sizeof(*links->items), by_place_and_name,
			request->names);
	return r;
}

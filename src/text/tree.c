/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/link.h"
#include "text/columns.h"
#include "text/scene.h"
#include "text/scene_words.h"

/* What lines are drawn with. */
struct strokes {
	const char *top_left, *top_right, *bottom_left, *bottom_right, *across, *down;
	const char *port, *last_port, *beside, *below; /* three columns each */
	const char *to, *both;
};

static const struct strokes fine = { "┌",   "┐",   "└",   "┘",   "─", "│",
				     "├─ ", "└─ ", "│  ", "   ", "→", "↔" };
static const struct strokes plain = { "+",   "+",   "+",   "+",   "-",  "|",
				      "|- ", "`- ", "|  ", "   ", "->", "<->" };

/* A line between the sides of its frame. */
struct line {
	size_t at, length, width; /* of the text, in bytes and in columns */
};

enum { PAINT_PLAIN = 0, PAINT_TITLE = 1, NAME_MOST = 28, REMOTES_SHOWN = 8, STROKE = 3 };

struct tree {
	const struct scene *scene;
	const struct tree_options *options;
	const struct strokes *strokes;
	size_t width; /* between the sides, at most … */
	size_t inner; /* … and what the widest line takes */
	struct text text, item, escaped;
	struct line *lines;
	size_t count, room;
	size_t *first; /* line of each namespace, and one more */
	/* The line being filled. */
	size_t start, column, indent;
	bool is_fresh;                       /* nothing stands behind the indent yet */
	const char *beside[SCENE_DEPTH + 2]; /* what stands in front of a further line */
	size_t depth;
};

static void escape(const struct tree *tree, struct text *from, struct text *to)
{
	CLEANUP(text_clear) struct text escaped = { 0 };

	text_cut(to, 0);
	text_escaped(&escaped, text_string(from), from->length);
	/* A byte above 127 may move a terminal that is not of UTF-8. */
	for (size_t i = 0; i < escaped.length; i++) {
		if (tree->options->utf8 || (unsigned char)escaped.bytes[i] < 0x80)
			text_char(to, escaped.bytes[i]);
		else
			text_printf(to, "\\x%02x", (unsigned char)escaped.bytes[i]);
	}
	text_string(to);
}

static void put(struct tree *tree, unsigned paint, const char *bytes, size_t length)
{
	bool painted = paint != PAINT_PLAIN && tree->options->color && length;

	if (painted)
		text_printf(&tree->text, "\033[%um", paint);
	text_put(&tree->text, bytes, length);
	if (painted)
		text_puts(&tree->text, "\033[0m");
	tree->column += text_width(bytes, length);
}

static void puts_plain(struct tree *tree, const char *string)
{
	put(tree, PAINT_PLAIN, string, strlen(string));
}

static void end_line(struct tree *tree)
{
	*array_add(&tree->lines, &tree->count, &tree->room) =
		(struct line){ tree->start, tree->text.length - tree->start, tree->column };
	if (tree->column > tree->inner)
		tree->inner = tree->column;
	tree->start = tree->text.length;
	tree->column = 0;
}

static void fill_to(struct tree *tree, size_t column)
{
	if (column > tree->column) {
		text_spaces(&tree->text, column - tree->column);
		tree->column = column;
	}
}

/* The same object goes on in a further line. */
static void next_line(struct tree *tree)
{
	end_line(tree);
	for (size_t i = 0; i < tree->depth; i++)
		puts_plain(tree, tree->beside[i]);
	fill_to(tree, tree->indent);
	tree->is_fresh = true;
}

/* How many bytes fit into that many columns; at least one character. */
static size_t cut(const char *bytes, size_t length, size_t columns)
{
	size_t fits = 0, width = 0;

	while (fits < length) {
		uint32_t point;
		size_t size = text_utf8(bytes + fits, length - fits, &point);

		width += text_width(bytes + fits, size ? size : 1);
		if (fits && width > columns)
			break;
		fits += size ? size : 1;
	}
	return fits;
}

/* Words of an item that is longer than a line. */
static void put_words(struct tree *tree, unsigned paint, const char *bytes, size_t length)
{
	while (length) {
		size_t word = strcspn(bytes, " "), room = tree->width - tree->indent, skip;
		size_t left = tree->width > tree->column ? tree->width - tree->column : 0;
		size_t gap = !tree->is_fresh;

		if (text_width(bytes, word) + gap > left && !tree->is_fresh) {
			next_line(tree);
			continue;
		}
		if (gap)
			puts_plain(tree, " ");
		if (text_width(bytes, word) > room)
			word = cut(bytes, word, room);
		put(tree, paint, bytes, word);
		tree->is_fresh = false;
		bytes += word;
		length -= word;
		skip = strspn(bytes, " ");
		if (!skip && length)
			next_line(tree);
		bytes += skip;
		length -= skip;
	}
}

/* The width of what tree->item holds, which is left escaped. */
static size_t take_width(struct tree *tree)
{
	escape(tree, &tree->item, &tree->escaped);
	text_cut(&tree->item, 0);
	return text_width(tree->escaped.bytes, tree->escaped.length);
}

/* Puts what tree->item holds, two blanks behind what stands there, or into a further line. */
static void put_item(struct tree *tree, unsigned paint)
{
	size_t width, gap = tree->is_fresh ? 0 : 2;

	width = take_width(tree);
	if (!width)
		return;
	if (tree->column + gap + width > tree->width && !tree->is_fresh) {
		next_line(tree);
		gap = 0;
	}
	if (tree->column + width > tree->width) {
		put_words(tree, paint, tree->escaped.bytes, tree->escaped.length);
		return;
	}
	fill_to(tree, tree->column + gap);
	put(tree, paint, tree->escaped.bytes, tree->escaped.length);
	tree->is_fresh = false;
}

static struct text *item(struct tree *tree)
{
	return &tree->item;
}

/* "vni 333 → 10.23.72.74 (2 fdb)", further ones behind it. */
static void put_tunnel(struct tree *tree, const struct scene_link *link)
{
	const struct vxlan *vxlan = &link->link->data.vxlan;
	uint32_t count = link->remotes.count, shown = count;

	if (!tree->scene->options.details && count > REMOTES_SHOWN)
		shown = REMOTES_SHOWN;
	if (vxlan->external && !count) {
		text_puts(item(tree), "vxlan external");
		put_item(tree, PAINT_PLAIN);
		return;
	}
	text_printf(item(tree), "vxlan vni %u %s ", vxlan->vni, tree->strokes->to);
	if (!count) {
		text_puts(item(tree), "nowhere");
		put_item(tree, PAINT_PLAIN);
	}
	for (uint32_t i = 0; i < shown; i++) {
		const struct scene_remote *remote = &tree->scene->remotes[link->remotes.at + i];

		scene_put_remote(remote, item(tree));
		text_printf(item(tree), " (%u fdb)%s", remote->entries, i + 1 < count ? "," : "");
		put_item(tree, PAINT_PLAIN);
	}
	if (shown < count) {
		text_printf(item(tree), "and %u more", count - shown);
		put_item(tree, PAINT_PLAIN);
	}
}

static void put_lower(struct tree *tree, const struct scene_link *link, const char *word)
{
	text_puts(item(tree), word);
	if (scene_put_lower(tree->scene, link, item(tree)))
		put_item(tree, PAINT_PLAIN);
	text_cut(item(tree), 0);
}

static void put_kind(struct tree *tree, const struct scene_link *link)
{
	const struct link_kind *kind = link->link->kind_info;

	if (kind && kind->table == &vxlan_table) {
		put_tunnel(tree, link);
		put_lower(tree, link, "dev ");
		return;
	}
	scene_put_kind(tree->scene, link, item(tree));
	if (kind && kind == link_kind_find("veth")) {
		size_t start = item(tree)->length;

		text_printf(item(tree), " %s ", tree->strokes->both);
		if (!scene_put_peer(tree->scene, link, item(tree)))
			text_cut(item(tree), start);
	}
	put_item(tree, PAINT_PLAIN);
	put_lower(tree, link, "on ");
}

static void put_marks(struct tree *tree, const struct scene_link *link)
{
	for (unsigned mark = 0; mark < SCENE_MARKS; mark++) {
		if (!(link->marks & 1U << mark))
			continue;
		text_char(item(tree), '[');
		scene_put_mark(tree->scene, link, mark, item(tree));
		text_char(item(tree), ']');
		put_item(tree, PAINT_DOWN);
	}
}

enum { USUAL_MTU = 1500, USUAL_LO_MTU = 65536 };

static void put_mtu(struct tree *tree, const struct scene_link *link)
{
	uint32_t mtu = link->link->mtu;

	if (!mtu || (!tree->scene->options.details &&
		     (mtu == USUAL_MTU || mtu == USUAL_LO_MTU ||
		      link->marks & (1U << MARK_MTU_SMALL | 1U << MARK_MTU_BIG))))
		return;
	text_printf(item(tree), "mtu %u", mtu);
	put_item(tree, PAINT_PLAIN);
}

static void put_details(struct tree *tree, const struct scene_link *link)
{
	const struct lladdr *mac = &link->link->address;
	struct text alias = { 0 };

	if (mac->length) {
		mac_print(mac->bytes, mac->length, item(tree));
		put_item(tree, PAINT_MAC);
	}
	if (scene_put_alias(tree->scene, link, &alias)) {
		text_printf(item(tree), "\"%s\"", text_string(&alias));
		put_item(tree, PAINT_PLAIN);
	}
	text_clear(&alias);
}

static void put_link(struct tree *tree, const struct scene_link *link)
{
	scene_put_name(tree->scene, link, item(tree));
	tree->is_fresh = true;
	put_item(tree, PAINT_NAME);
	if (tree->column < tree->indent) {
		fill_to(tree, tree->indent);
		tree->is_fresh = true;
	}
	if (!(link->marks & 1U << MARK_STATE) && scene_put_state(tree->scene, link, item(tree)))
		put_item(tree, link->marks & 1U << MARK_DOWN ? PAINT_PLAIN : PAINT_UP);
	put_kind(tree, link);
	put_marks(tree, link);
	put_mtu(tree, link);
	if (tree->scene->options.details)
		put_details(tree, link);
	for (uint32_t i = 0; i < link->addresses.count; i++) {
		size_t address = tree->scene->addresses[link->addresses.at + i];

		scene_put_address(tree->scene, address, item(tree));
		put_item(tree, strchr(text_string(item(tree)), ':') ? PAINT_IPV6 : PAINT_IPV4);
	}
	end_line(tree);
}

/* The link and, below it, its ports. */
static void put_branch(struct tree *tree, uint32_t index)
{
	const struct scene_link *link = &tree->scene->links[index];
	size_t depth = tree->depth;

	tree->beside[depth] = tree->strokes->beside;
	tree->depth += link->first != SCENE_NONE;
	put_link(tree, link);
	for (uint32_t port = link->first; port != SCENE_NONE;
	     port = tree->scene->links[port].next) {
		bool is_last = tree->scene->links[port].next == SCENE_NONE;

		for (size_t i = 0; i < depth; i++)
			puts_plain(tree, tree->beside[i]);
		puts_plain(tree, is_last ? tree->strokes->last_port : tree->strokes->port);
		tree->beside[depth] = is_last ? tree->strokes->below : tree->strokes->beside;
		tree->depth = depth + 1;
		put_branch(tree, port);
	}
	tree->depth = depth;
}

/* Where what is said of a link begins: behind the longest name. */
static size_t find_indent(struct tree *tree, const struct scene_netns *netns)
{
	size_t most = 0;

	for (uint32_t i = netns->links.at; i < netns->links.at + netns->links.count; i++) {
		const struct scene_link *link = &tree->scene->links[i];
		size_t width;

		if (link->is_hidden)
			continue;
		scene_put_name(tree->scene, link, item(tree));
		width = take_width(tree);
		for (uint32_t at = link->master; at != SCENE_NONE;
		     at = tree->scene->links[at].master)
			width += STROKE;
		most = width > most ? width : most;
	}
	return (most < NAME_MOST ? most : NAME_MOST) + 2;
}

/* A name of a file may have 255 characters; the frame has its right side all the same. */
static size_t take_title(struct tree *tree, const struct scene_netns *netns)
{
	scene_put_netns(tree->scene, netns->name, item(tree));
	take_width(tree);
	text_cut(&tree->escaped, cut(tree->escaped.bytes, tree->escaped.length, tree->width - 1));
	return text_width(tree->escaped.bytes, tree->escaped.length);
}

static void put_netns(struct tree *tree, const struct scene_netns *netns)
{
	size_t start = tree->count, title = take_title(tree, netns) + 1;

	tree->inner = title > tree->inner ? title : tree->inner;

	tree->indent = find_indent(tree, netns);
	for (uint32_t i = netns->links.at; i < netns->links.at + netns->links.count; i++)
		if (!tree->scene->links[i].is_hidden && tree->scene->links[i].master == SCENE_NONE)
			put_branch(tree, i);
	tree->indent = 2;
	for (uint32_t i = netns->routes.at; i < netns->routes.at + netns->routes.count; i++) {
		scene_put_route(tree->scene, tree->scene->routes[i], item(tree));
		tree->is_fresh = true;
		put_item(tree, PAINT_PLAIN);
		end_line(tree);
	}
	if (tree->count == start) {
		puts_plain(tree, "nothing but lo");
		end_line(tree);
	}
}

static void put_stroke(const struct tree *tree, size_t count, struct text *out)
{
	while (count--)
		text_puts(out, tree->strokes->across);
}

static void frame_title(struct tree *tree, const struct scene_netns *netns, struct text *out)
{
	size_t width = take_title(tree, netns);

	text_printf(out, "%s ", tree->strokes->top_left);
	if (tree->options->color)
		text_printf(out, "\033[%dm", PAINT_TITLE);
	text_put(out, tree->escaped.bytes, tree->escaped.length);
	if (tree->options->color)
		text_puts(out, "\033[0m");
	text_char(out, ' ');
	put_stroke(tree, tree->inner - width, out);
	text_printf(out, "%s\n", tree->strokes->top_right);
}

static void print_frame(struct tree *tree, size_t netns, struct text *out)
{
	frame_title(tree, &tree->scene->netns[netns], out);
	for (size_t i = tree->first[netns]; i < tree->first[netns + 1]; i++) {
		const struct line *line = &tree->lines[i];

		text_printf(out, "%s ", tree->strokes->down);
		text_put(out, tree->text.bytes + line->at, line->length);
		text_spaces(out, tree->inner - line->width + 1);
		text_printf(out, "%s\n", tree->strokes->down);
	}
	text_puts(out, tree->strokes->bottom_left);
	put_stroke(tree, tree->inner + 2, out);
	text_printf(out, "%s\n", tree->strokes->bottom_right);
}

void tree_print(const struct scene *scene, const struct tree_options *options, struct text *out)
{
	struct tree tree = { .scene = scene,
			     .options = options,
			     .strokes = options->utf8 ? &fine : &plain,
			     .inner = TREE_NARROWEST - 4 };

	tree.width = options->width < TREE_NARROWEST ? tree.inner : options->width - 4;
	tree.first = memory_new(scene->netns_count + 1, sizeof(*tree.first));
	for (size_t i = 0; i < scene->netns_count; i++) {
		put_netns(&tree, &scene->netns[i]);
		tree.first[i + 1] = tree.count;
	}
	for (size_t i = 0; i < scene->netns_count; i++)
		print_frame(&tree, i, out);
	text_clear(&tree.text);
	text_clear(&tree.item);
	text_clear(&tree.escaped);
	free(tree.lines);
	free(tree.first);
}

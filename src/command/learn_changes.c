/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_changes.h"

#include <string.h>

#include "attr/database.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "command/learner.h"
#include "command/request.h"
#include "kernel/kernel.h"
#include "kernel/picture.h"
#include "plan/changes.h"
#include "plan/compare.h"
#include "plan/diff_print.h"

enum { INDENT = 2, HANG = 8 };

void learn_changes_clear(struct learn_changes *changes)
{
	network_clear(&changes->before);
	network_clear(&changes->after);
	names_free(&changes->names);
}

/* Each look opens its own ways in: a name may be another namespace's by now. */
static int look(struct names *names, struct network *network, struct error *error)
{
	const struct picture_options options = { .everything = true };
	CLEANUP(kernel_clear) struct kernel kernel = { .names = names };
	CLEANUP(pointer_free) uint32_t *netns = NULL;
	size_t count;
	int r = picture_namespaces(&kernel, &netns, &count, error);

	network->names = names;
	return r < 0 ? r : picture_read(&kernel, netns, count, &options, network, error);
}

int learn_changes_begin(struct learn_changes *changes, struct error *error)
{
	changes->names = names_new();
	return look(changes->names, &changes->before, error);
}

/* How much of a line fits: up to where an attribute ends, else the last blank; at least a word. */
static size_t fitting(const char *line, size_t length, size_t width)
{
	size_t column = 0, best = 0;

	for (size_t i = 0; i < length; i++) {
		if (line[i] == '\033') {
			i += strcspn(line + i, "m");
			continue;
		}
		column += ((unsigned char)line[i] & 0xc0) != 0x80;
		if (column > width && best)
			return best;
		if (i && line[i] == ' ' && (line[i - 1] == ',' || line[i - 1] == ' '))
			best = i;
	}
	return length;
}

static void put_line(const char *line, size_t length, size_t width, struct text *text)
{
	size_t indent = INDENT;

	for (;;) {
		size_t fits = fitting(line, length, width - indent), shown = fits;

		while (shown && line[shown - 1] == ' ')
			shown--;
		text_spaces(text, indent);
		text_put(text, line, shown);
		text_char(text, '\n');
		line += fits;
		length -= fits;
		while (length && *line == ' ') {
			line++;
			length--;
		}
		if (!length)
			return;
		indent = HANG;
	}
}

int learn_changes_tell(struct learn_changes *changes, struct learner *learner, struct error *error)
{
	const struct options *options = learner->manner->options;
	const struct diff_options how = { .lab = "", .color = options->color };
	CLEANUP(comparison_clear) struct comparison comparison = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	struct attr_context context = { .names = changes->names, .tolerant = true };
	int r = look(changes->names, &changes->after, error);

	if (r < 0)
		return r;
	changes_between(&changes->before, &changes->after, options->details, &comparison);
	diff_print(&comparison, &context, &how, &text);
	text_puts(learner->out,
		  comparison.count
			  ? SAY(learner, "Changed in the kernel:\n", "内核中的变化：\n")
			  : SAY(learner, "Nothing changed in the kernel.\n", "内核中没有变化。\n"));
	for (const char *line = text_string(&text); *line;) {
		size_t length = strcspn(line, "\n");

		put_line(line, length, learner->manner->width, learner->out);
		line += length + (line[length] == '\n');
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl show`: the network as a tree on the terminal. */
#include "text/tree.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "command/terminal.h"
#include "command/view.h"

static size_t width(void)
{
	size_t wide = terminal_width();

	return wide < TREE_NARROWEST ? TREE_NARROWEST : wide > TREE_WIDEST ? TREE_WIDEST : wide;
}

/* What LC_ALL, LC_CTYPE and LANG say; the program's own locale stays "C". */
static bool is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool is;

	if (!locale)
		return false;
	is = !strcmp(nl_langinfo_l(CODESET, locale), "UTF-8");
	freelocale(locale);
	return is;
}

void view_print(struct request *request, const struct scene *scene)
{
	const struct tree_options options = { .width = width(),
					      .utf8 = is_utf8(),
					      .color = request->options.color };
	struct json json = { .out = request->out, .pretty = request->options.pretty };

	if (request->options.json) {
		tree_json(scene, &json);
		text_char(request->out, '\n');
	} else {
		tree_print(scene, &options, request->out);
	}
}

static int show(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(view_clear) struct view view = { 0 };
	const struct picture_options picture = { .overview = true };
	bool all = request->options.all_netns || words_take_if(words, "-A");
	int r;

	if (all && words_peek(words))
		return error_usage(error, "'%s': with -A all namespaces are shown",
				   words_peek(words));
	if (all)
		r = view_take_all(request, &view, error);
	else
		r = view_take_netns(request, words, &view, error);
	if (!r)
		r = view_read(request, &picture, &view, error);
	if (r < 0)
		return r;
	view_print(request, &view.scene);
	return 0;
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[-A | NETNS...]",
	  "show namespaces with their links, bridges and tunnels as a tree; with -A all of them",
	  show,
	  0,
	  { NULL } },
};
/* clang-format on */

const struct command command_show = {
	.name = "show",
	.help = "the network as a tree",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};

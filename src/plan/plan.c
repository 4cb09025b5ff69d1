/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/fdb.h"
#include "model/link.h"
#include "text/object_words.h"

struct step *plan_add(struct plan *plan, enum object_type type, enum change change,
		      const void *object)
{
	struct step *step = array_add(&plan->steps, &plan->count, &plan->room);

	step->type = type;
	step->change = change;
	step->object = object_copy(type, object, &plan->arena);
	return step;
}

void plan_reset(struct plan *plan)
{
	plan->count = 0;
	arena_reset(&plan->arena);
}

void plan_clear(struct plan *plan)
{
	free(plan->steps);
	arena_clear(&plan->arena);
	*plan = (struct plan){ 0 };
}

enum words_extent step_extent(const struct step *step)
{
	return step->change == CHANGE_DELETE ? WORDS_KEY
	       : step->change == CHANGE_SET  ? WORDS_VALUES
					     : WORDS_NEW;
}

uint32_t step_netns(const struct step *step)
{
	return step->type == OBJECT_LINK && step->change == CHANGE_ADD && !step->inside
		       ? 0
		       : object_netns(step->type, step->object);
}

void step_call(const struct step *step, uint32_t netns, const struct attr_context *context,
	       struct text *text)
{
	const struct link *link = step->object;

	/* A link is called by its kind: "vxlan 'vx0'". */
	text_puts(text, step->type == OBJECT_LINK && link->kind_info
				? names_text(context->names, link->kind.id)
				: object_info(step->type)->name);
	text_puts(text, " '");
	object_words(step->type, context, step->object, NULL, WORDS_KEY, ATTR_STYLE_OVL, text);
	text_char(text, '\'');
	if (netns) {
		const char *name = names_text(context->names, netns);

		text_puts(text, " in netns '");
		text_escaped(text, name, strlen(name));
		text_char(text, '\'');
	}
}

const char *step_remedy(const struct step *step, int errnum)
{
	const struct fdb *fdb = step->object;

	if (errnum == ESRCH && step->type == OBJECT_ROUTE)
		return " (there is no such route)";
	if (errnum != EEXIST || step->type != OBJECT_FDB)
		return "";
	return fdb->self && fdb_floods(fdb) ? " ('append' adds a further destination)"
					    : " ('replace' changes it)";
}

static const char *symbol(enum change change)
{
	return change == CHANGE_DELETE ? "- " : change == CHANGE_SET ? "~ " : "+ ";
}

static void print_step(const struct step *step, const struct attr_context *context,
		       struct text *text)
{
	uint32_t netns = object_netns(step->type, step->object);

	text_puts(text, symbol(step->change));
	if (netns) {
		const char *name = names_text(context->names, netns);

		text_escaped(text, name, strlen(name));
		text_puts(text, ": ");
	}
	text_puts(text, object_info(step->type)->name);
	text_char(text, ' ');
	object_words(step->type, context, step->object, step->other, step_extent(step),
		     ATTR_STYLE_OVL, text);
	if (step->cuts)
		text_puts(text, "  # cuts this ssh session");
	text_char(text, '\n');
}

void plan_print(const struct plan *plan, const struct attr_context *context, struct text *text)
{
	CLEANUP(text_clear) struct text line = { 0 };

	for (size_t i = 0; i < plan->count; i++) {
		/* Words are put behind what is there already: not into a text that streams. */
		text_cut(&line, 0);
		print_step(&plan->steps[i], context, &line);
		text_put(text, line.bytes, line.length);
	}
}

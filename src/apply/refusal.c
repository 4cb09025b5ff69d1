/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/refusal.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/kernel.h"
#include "kernel/process.h"
#include "model/link.h"
#include "plan/plan.h"

void step_name(const struct place *place, const struct step *step, struct text *text)
{
	step_call(step, place->netns, &place->context, text);
}

struct clash {
	const struct link *wanted;
	uint32_t name;
};

static int find_clash(void *cookie, const void *object, bool removed)
{
	const struct link *link = object;
	struct clash *clash = cookie;
	const struct vxlan *have = &link->data.vxlan, *want = &clash->wanted->data.vxlan;

	if (!removed && have->vni == want->vni && have->dstport == want->dstport &&
	    link->name.id != clash->wanted->name.id)
		clash->name = link->name.id;
	return 0;
}

/* A vxlan that cannot be made since another has its VNI and port: which one. */
static uint32_t vni_owner(const struct place *place, const struct step *step)
{
	const struct link *link = step->object;
	struct clash clash = { link, 0 };
	struct link filter = { .kind = link->kind };
	struct error ignored = { 0 };

	if (step->type != OBJECT_LINK || !link->kind_info || link->kind_info->table != &vxlan_table)
		return 0;
	kernel_dump(place, OBJECT_LINK, &filter, false, NULL, find_clash, &clash, &ignored);
	return clash.name;
}

/* Whether the name of a veth's second end is in use where that end was to be. */
static bool is_other_taken(const struct place *from, const struct step *step)
{
	const struct link *other = step->other;
	struct pools pools = { 0 };
	struct error ignored = { 0 };
	struct place place;
	struct link have;
	bool taken = other && other->name.id &&
		     !kernel_place(from->kernel, other->netns.id, &place, &ignored) &&
		     !kernel_get(&place, OBJECT_LINK, other, &pools, &have, &ignored);

	pools_clear(&pools);
	return taken;
}

/* Which value the kernel objects to, and why, before its own sentence. */
static void tell_reason(const struct place *place, const struct step *step, int errnum,
			const struct attr *row, struct text *text)
{
	const struct link *link = step->object;
	uint32_t owner =
		errnum == EEXIST && step->change == CHANGE_ADD ? vni_owner(place, step) : 0;

	if (owner) {
		text_printf(text, "id %u with dstport %u is taken by '%s': ", link->data.vxlan.vni,
			    link->data.vxlan.dstport, names_text(place->kernel->names, owner));
	} else if (errnum == EEXIST && is_other_taken(place, step)) {
		const struct link *other = step->other;

		text_printf(text, "its other end's name '%s' is taken: ",
			    names_text(place->kernel->names, other->name.id));
	} else if (row) {
		const struct attr_table *table = NULL;
		struct part parts[PARTS];
		void *object;
		size_t count;

		memcpy(&object, &step->object, sizeof(object));
		count = object_info(step->type)->parts(object, parts);
		for (size_t i = 0; i < count && !table; i++) {
			if (row < parts[i].table->rows ||
			    row >= parts[i].table->rows + parts[i].table->count)
				continue;
			table = parts[i].table;
			attr_print(row, &place->context, parts[i].object, ATTR_STYLE_OVL, text);
			text_puts(text, ": ");
		}
	}
}

/* What a value asked for needs that kernels are built without, or NULL. */
static const char *missing(const struct step *step)
{
	struct part parts[PARTS];
	void *object;
	size_t count;

	memcpy(&object, &step->object, sizeof(object));
	count = object_info(step->type)->parts(object, parts);
	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;

		for (size_t i = 0; i < table->count; i++)
			if (table->rows[i].needs &&
			    attr_has(table, parts[p].object, &table->rows[i]) &&
			    !attr_is_zero(&table->rows[i], parts[p].object))
				return table->rows[i].needs;
	}
	return NULL;
}

/* What the user can do, where the errno says it. */
static void tell_remedy(const struct place *place, const struct step *step,
			const struct answer *answer, struct error *error)
{
	const struct link *link = step->object;

	/* fdb_add_entry() in br_fdb.c says EPERM of a port, too. */
	if (answer->errnum == EPERM && step->type == OBJECT_FDB && process_can(CAP_NET_ADMIN))
		error_hint(error, " (a port that is down or blocked takes no dynamic entry)");
	else if (answer->errnum == EPERM || answer->errnum == EACCES)
		error_hint(error,
			   " (this needs CAP_NET_ADMIN: run as root, or in a user namespace)");
	else if (answer->errnum == EOPNOTSUPP && step->type == OBJECT_LINK &&
		 step->change == CHANGE_ADD && !strcmp(answer->sentence, "Unknown device type"))
		error_hint(error, " (this kernel has no '%s')",
			   names_text(place->kernel->names, link->kind.id));
	else if (answer->errnum == EOPNOTSUPP && missing(step))
		error_hint(error, " (this kernel has no %s)", missing(step));
	else if (answer->errnum == EXFULL)
		error_hint(error, " (a bridge has at most 1023 ports)");
	else
		error_hint(error, "%s", step_remedy(step, answer->errnum));
}

int refusal_tell(const struct place *place, const struct step *step, const struct answer *answer,
		 const struct attr *row, struct error *error)
{
	CLEANUP(text_clear) struct text text = { 0 };

	step_name(place, step, &text);
	text_puts(&text, ": ");
	tell_reason(place, step, answer->errnum, row, &text);
	text_puts(&text, "kernel");
	if (*answer->sentence) {
		text_printf(&text, ": %s", answer->sentence);
		error_set(error, 0, "%s", text_string(&text));
	} else {
		error_set(error, answer->errnum, "%s", text_string(&text));
	}
	error->errnum = answer->errnum;
	tell_remedy(place, step, answer, error);
	return -answer->errnum;
}

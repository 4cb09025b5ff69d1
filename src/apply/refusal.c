/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/refusal.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
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

/* The first value of the part that is there with another than is asked for, or NULL. */
static const struct attr *differing(const struct part *want, const struct part *have)
{
	for (const struct attr *row = want->table->rows;
	     row < want->table->rows + want->table->count; row++)
		if (attr_has(want->table, want->object, row) && !(row->traits & ATTR_KEY) &&
		    !attr_equal(row, want->object, have->object))
			return row;
	return NULL;
}

/* "mtu is 1400, not 1500: "; false when nothing differs. */
static bool tell_values(const struct place *place, enum object_type type, const void *asked,
			void *have, struct text *text)
{
	struct part want[PARTS], has[PARTS];
	const struct attr *row = NULL;
	size_t wanted, count, w, h = 0;
	void *writable;

	memcpy(&writable, &asked, sizeof(writable));
	wanted = object_info(type)->parts(writable, want);
	count = object_info(type)->parts(have, has);
	for (w = 0; w < wanted; w++) {
		for (h = 0; h < count && has[h].table != want[w].table; h++)
			;
		row = h < count ? differing(&want[w], &has[h]) : NULL;
		if (row)
			break;
	}
	if (!row)
		return false;
	text_puts(text, row->name);
	text_puts(text, " is ");
	if (attr_has(has[h].table, has[h].object, row))
		attr_print_word(row, &place->context, has[h].object, ATTR_STYLE_OVL, text);
	else
		text_puts(text, "none");
	text_puts(text, ", not ");
	attr_print_word(row, &place->context, want[w].object, ATTR_STYLE_OVL, text);
	text_puts(text, ": ");
	return true;
}

/* What a link is beside its rows: its kind, and a veth's other end. */
static bool tell_kind(const struct place *from, const struct link *want, const struct link *have,
		      struct text *text)
{
	const struct names *names = from->kernel->names;

	if (have->kind.id == want->kind.id)
		return false;
	text_printf(text, "it is no %s%s%s: ", names_text(names, want->kind.id),
		    have->kind.id ? " but a " : "",
		    have->kind.id ? names_text(names, have->kind.id) : "");
	return true;
}

static bool tell_other_end(const struct place *from, const struct link *other,
			   const struct link *have, struct text *text)
{
	struct pools pools = { 0 };
	struct error ignored = { 0 };
	struct place place;
	struct link found;
	bool is_there = !kernel_place(from->kernel, other->netns.id, &place, &ignored) &&
			!kernel_get(&place, OBJECT_LINK, other, &pools, &found, &ignored) &&
			found.index == have->link_index;
	size_t start = text->length;

	pools_clear(&pools);
	if (!is_there) {
		text_printf(text, "its other end is not '%s': ",
			    names_text(from->kernel->names, other->name.id));
		return true;
	}
	text_puts(text, "peer: ");
	if (tell_values(&place, OBJECT_LINK, other, &found, text))
		return true;
	text_cut(text, start);
	return false;
}

/*
 * With --idempotent what is there already has to be what is asked for: tells the
 * first value that is another.
 */
static bool tell_difference(const struct place *from, const struct step *step, struct text *text)
{
	CLEANUP(pointer_free) void *have = memory_new(1, object_info(step->type)->size);
	const struct link *other = step->other;
	struct pools pools = { 0 };
	struct error ignored = { 0 };
	struct place place;
	bool told = false;

	if (step->may_exist && step->change == CHANGE_ADD &&
	    !kernel_place(from->kernel, object_netns(step->type, step->object), &place, &ignored) &&
	    !kernel_get(&place, step->type, step->object, &pools, have, &ignored))
		told = (step->type == OBJECT_LINK && tell_kind(from, step->object, have, text)) ||
		       tell_values(&place, step->type, step->object, have, text) ||
		       (other && other->name.id && tell_other_end(from, other, have, text));
	pools_clear(&pools);
	return told;
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
	} else if (errnum == EEXIST && tell_difference(place, step, text)) {
		return;
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

/*
 * The row of a bridge's option that the kernel only knows by its number, and not at all
 * (br_boolopt_multi_toggle()); NULL: that is not what it says.
 */
static const struct attr *unknown_option(const struct step *step, const char *sentence)
{
	const struct link *link = step->object;
	const char *number = strstr(sentence, "Unknown boolean option ");
	unsigned long bit = number ? strtoul(strrchr(number, ' '), NULL, 10) : 64;

	if (bit >= 32 || step->type != OBJECT_LINK || !link->kind_info ||
	    link->kind_info->table != &bridge_table)
		return NULL;
	for (const struct attr *row = bridge_table.rows;
	     row < bridge_table.rows + bridge_table.count; row++)
		if (row->since && (row->traits & ATTR_MASKED) && row->bits == 1UL << bit &&
		    attr_has(&bridge_table, &link->data, row))
			return row;
	return NULL;
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
	const struct attr *unknown = unknown_option(step, answer->sentence);
	bool may = process_can(CAP_NET_ADMIN);

	/* An older rtnl_fdb_del() asks for the capability outside of user namespaces. */
	if (answer->errnum == EPERM && step->type == OBJECT_FDB && step->change == CHANGE_DELETE &&
	    may)
		error_hint(error, " (Linux 5.10 lets only the machine's root delete one)");
	/* fdb_add_entry() in br_fdb.c says EPERM of a port, too. */
	else if (answer->errnum == EPERM && step->type == OBJECT_FDB && may)
		error_hint(error, " (a port that is down or blocked takes no dynamic entry)");
	/* Who has it is refused for another reason: IPv6 is disabled on the link. */
	else if ((answer->errnum == EPERM || answer->errnum == EACCES) && !may)
		error_hint(error,
			   " (this needs CAP_NET_ADMIN: run as root, or in a user namespace)");
	else if (answer->errnum == EOPNOTSUPP && step->type == OBJECT_LINK &&
		 step->change == CHANGE_ADD && !strcmp(answer->sentence, "Unknown device type"))
		error_hint(error, " (this kernel has no '%s')",
			   names_text(place->kernel->names, link->kind.id));
	else if (answer->errnum == EOPNOTSUPP && !*answer->sentence && missing(step))
		error_hint(error, " (this kernel has no %s)", missing(step));
	else if (answer->errnum == EBUSY && step->type == OBJECT_LINK && link->new_name.id)
		error_hint(error, " (before Linux 6.2 a link that is up keeps its name: "
				  "'down' first)");
	else if (unknown)
		error_hint(error, " ('%s' needs Linux %s)", unknown->name, unknown->since);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/link_change.h"

#include <stddef.h>

#include "base/text.h"
#include "model/link.h"
#include "model/uapi.h"
#include "text/object_words.h"

#define ROW(member) ATTR_ROW(&link_table, link, member)
#define BIT(member) attr_bit(&link_table, ROW(member))

static void put_state(const struct attr_context *context, const struct link *link,
		      struct text *text)
{
	if (!attr_has(&link_table, link, ROW(operstate)))
		return;
	text_char(text, ' ');
	attr_print(ROW(operstate), context, link, ATTR_STYLE_OVL, text);
}

void link_brief(const struct attr_context *context, const struct link *link, struct text *text)
{
	struct link copy = *link;
	struct part parts[PARTS];
	size_t count = link_parts(&copy, parts);

	copy.asked.value &= BIT(name) | BIT(link) | BIT(link_netns) | BIT(master) | BIT(mtu) |
			    BIT(up) | BIT(address) | BIT(alias);
	copy.port.asked.value = 0;
	if (!copy.link.id)
		copy.asked.value &= ~BIT(link);
	copy.netns.id = 0;
	for (size_t p = 1; p < count; p++) {
		const struct attr_table *table = parts[p].table;
		struct attr_set *asked = attr_asked(table, parts[p].object);

		for (size_t i = 0; i < table->count; i++)
			if ((table->rows[i].traits & ATTR_DETAIL) ||
			    attr_is_zero(&table->rows[i], parts[p].object))
				asked->value &= ~(UINT64_C(1) << i);
	}
	object_words(OBJECT_LINK, context, &copy, NULL, WORDS_NEW, ATTR_STYLE_OVL, text);
	put_state(context, link, text);
}

/* Of the part's values, keeps those that are new or other than before; says whether any is left. */
static bool keep_changed(const struct part *now, const struct part *before)
{
	const struct attr_table *table = now->table;
	struct attr_set *asked = attr_asked(table, now->object);

	for (size_t i = 0; i < table->count; i++) {
		const struct attr *row = &table->rows[i];

		/* Of the carrier the state tells. */
		if ((row->traits & ATTR_STATUS) ||
		    (table == &link_table && row->wire == IFLA_CARRIER) ||
		    (attr_has(table, before->object, row) &&
		     attr_equal(row, now->object, before->object)))
			asked->value &= ~attr_bit(table, row);
	}
	return asked->value;
}

bool link_change(const struct attr_context *context, const struct link *before,
		 const struct link *now, struct text *text)
{
	struct link old = *before, changed = *now;
	struct part parts[PARTS], old_parts[PARTS];
	size_t count = link_parts(&changed, parts), old_count = link_parts(&old, old_parts);
	bool state = !attr_equal(ROW(operstate), before, now);
	bool freed = attr_has(&link_table, before, ROW(master)) &&
		     !attr_has(&link_table, now, ROW(master));
	bool any = false;

	/* What a port begins with is the bridge's usual. */
	if (!before->port.asked.value)
		changed.port.asked.value = 0;
	if (before->name.id != now->name.id) {
		changed.name = before->name;
		changed.new_name = now->name;
		ATTR_MARK(&link_table, link, &changed, new_name);
	}
	for (size_t p = 0; p < count && count == old_count; p++)
		any = keep_changed(&parts[p], &old_parts[p]) || any;
	if (!any && !state && !freed)
		return false;
	ATTR_MARK(&link_table, link, &changed, name);
	object_words(OBJECT_LINK, context, &changed, NULL, WORDS_VALUES, ATTR_STYLE_OVL, text);
	if (freed)
		text_puts(text, " nomaster");
	if (state)
		put_state(context, now, text);
	return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/objects.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attribute.h"

int wire_times(const struct nlattr *attribute, struct nda_cacheinfo *seconds)
{
	uint32_t hz = (uint32_t)sysconf(_SC_CLK_TCK);

	if (wire_length(attribute) < sizeof(*seconds))
		return -EBADMSG;
	memcpy(seconds, wire_payload(attribute), sizeof(*seconds));
	seconds->ndm_confirmed /= hz;
	seconds->ndm_used /= hz;
	seconds->ndm_updated /= hz;
	return 0;
}

uint16_t wire_flags(enum change change)
{
	switch (change) {
	case CHANGE_ADD:
		return NLM_F_CREATE | NLM_F_EXCL;
	case CHANGE_APPEND:
		return NLM_F_CREATE | NLM_F_APPEND;
	case CHANGE_PREPEND:
		return NLM_F_CREATE;
	case CHANGE_REPLACE:
		return NLM_F_CREATE | NLM_F_REPLACE;
	case CHANGE_SET:
		return NLM_F_REPLACE;
	case CHANGE_DELETE:
		break;
	}
	return 0;
}

uint64_t wire_mask(const struct attr_table *table, const void *object, enum change change)
{
	uint64_t value;
	uint64_t mask = 0;

	__builtin_memcpy(&value, (const char *)object + table->asked, sizeof(value));
	for (uint64_t left = value; left; left &= left - 1) {
		const struct attr *row = &table->rows[__builtin_ctzll(left)];

		/* A delete finds nothing when it is told more than the key (KERNEL: routes). */
		if (change != CHANGE_DELETE || (row->traits & (ATTR_KEY | ATTR_PICKS)))
			mask |= attr_bit(table, row);
	}
	return mask;
}

uint32_t place_index(const struct place *place, struct link_name name, struct error *error)
{
	return place->links.index(place->links.cookie, name.id, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/real.h"

#include <string.h>

#include "base/text.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/network.h"
#include "model/uapi.h"

void make_real(struct names *names, struct network *network)
{
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(network, OBJECT_LINK, i);

		if (link->manage == MANAGE_OWN) {
			link->alias.id = lab_alias(names, "demo", false, "");
			link->group = lab_group("demo");
			ATTR_MARK(&link_table, link, link, group);
		}
		if (!ATTR_HAS(&link_table, link, link, up))
			link->up = true;
		ATTR_MARK(&link_table, link, link, up);
		ATTR_MARK(&link_table, link, link, alias);
	}
	for (size_t i = 0; i < network->objects[OBJECT_ADDRESS].count; i++)
		((struct link_address *)network_at(network, OBJECT_ADDRESS, i))->permanent = true;
	for (size_t i = 0; i < network->objects[OBJECT_NEIGHBOUR].count; i++) {
		struct neighbour *neighbour = network_at(network, OBJECT_NEIGHBOUR, i);

		neighbour->state = NUD_PERMANENT;
		ATTR_MARK(&neighbour_table, neighbour, neighbour, state);
	}
	for (size_t i = 0; i < network->objects[OBJECT_FDB].count; i++) {
		struct fdb *fdb = network_at(network, OBJECT_FDB, i);

		fdb->state = fdb->self ? NUD_PERMANENT : NUD_NOARP;
		ATTR_MARK(&fdb_table, fdb, fdb, state);
	}
}

void drop_groups(struct text *text)
{
	static const char word[] = " ifgroup ";
	char *at = text->length ? text->bytes : NULL;

	text_string(text);
	while (at && (at = strstr(text->bytes, word))) {
		size_t length = strlen(word) + strspn(at + strlen(word), "0123456789");

		memmove(at, at + length, strlen(at + length) + 1);
		text->length -= length;
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a macvlan device has beside what every link has. */
#pragma once

#include "attr/attr.h"

struct macvlan {
	struct attr_set asked;
	uint32_t mode, bcqueuelen, used_bcqueuelen, macaddr_count;
	int32_t bclim;
	uint16_t flag;
	uint8_t pad[2];
};

extern const struct attr_table macvlan_table;

/* Values that are possible alone and not together. */
int macvlan_check(const struct macvlan *macvlan, const struct attr_context *context,
		  struct error *error);

/* Whether the kernel refuses this one change of a row that may change: passthru stays what it is. */
bool macvlan_replaces(const struct macvlan *have, const struct macvlan *want,
		      const struct attr *row);

/* Adds the flags: each is a key of its own, that stands there or not. */
void macvlan_json(const struct macvlan *macvlan, const struct attr_context *context,
		  struct json *json);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kinds of links: which attributes each has beside those of every link, and
 * what its rows cannot say. General code asks the kind and never which kind it is.
 */
#pragma once

#include "model/bridge.h"
#include "model/macvlan.h"
#include "model/vlan.h"
#include "model/vrf.h"
#include "model/vxlan.h"

union link_data {
	struct bridge bridge;
	struct vxlan vxlan;
	struct macvlan macvlan;
	struct vlan vlan;
	struct vrf vrf;
};

/* A function that is NULL has nothing to say. */
struct link_kind {
	const char *name;               /* the kernel's: "vxlan" */
	const char *help;               /* one line, small letters, no full stop */
	const struct attr_table *table; /* NULL: it has no attributes of its own */

	/* Values that are possible alone and not together; fit for any request. */
	int (*check)(const union link_data *data, const struct attr_context *context,
		     struct error *error);
	/* Beside check: what one that is to be made must have. */
	int (*check_new)(const union link_data *data, const struct attr_context *context,
			 struct error *error);
	/*
	 * Whether the kernel refuses to turn the row's value of `have` into that
	 * of `want`, where the row is not ATTR_FIXED for every change.
	 */
	bool (*replaces)(const union link_data *have, const union link_data *want,
			 const struct attr *row);
	/* After a change: drops of `data` what a value of the change takes the place of. */
	void (*supersede)(union link_data *data, const union link_data *change);
	/*
	 * The attribute in IFLA_INFO_DATA that no row says: writes its payload
	 * and number (0: none to send for the rows set in `rows`), returns the
	 * payload's length.
	 */
	int (*encode)(const union link_data *data, uint64_t rows, uint16_t *number,
		      uint8_t payload[ATTR_PAYLOAD]);
	/* Goes before the rows: 1 when it took the attribute, 0 when not, -EINVAL when malformed. */
	int (*decode)(union link_data *data, uint16_t number, const uint8_t *payload,
		      size_t length);
	/* Whether iproute2 takes the row for granted and does not take its word. NULL: none. */
	bool (*is_implied)(const union link_data *data, const struct attr *row);
	/* Adds to the object the keys that no row says. */
	void (*json)(const union link_data *data, const struct attr_context *context,
		     struct json *json);
};

extern const struct link_kind link_kinds[];
extern const size_t link_kinds_count;

/* The kind called `name`, or NULL. */
const struct link_kind *link_kind_find(const char *name);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/macvlan.h"

#include "base/error.h"
#include "base/json.h"
#include "model/uapi.h"

static const struct keyword modes[] = {
	{ "private", MACVLAN_MODE_PRIVATE, 0 }, { "vepa", MACVLAN_MODE_VEPA, 0 },
	{ "bridge", MACVLAN_MODE_BRIDGE, 0 },   { "passthru", MACVLAN_MODE_PASSTHRU, 0 },
	{ "source", MACVLAN_MODE_SOURCE, 0 },   { 0 },
};
/* Each belongs to one mode, so both at once make no sense. */
static const struct keyword flags[] = {
	{ "null", 0, 0 },
	{ "nopromisc", MACVLAN_FLAG_NOPROMISC, 0 },
	{ "nodst", MACVLAN_FLAG_NODST, 0 },
	{ 0 },
};

/* clang-format off */
static const struct attr macvlan_rows[] = {
	ATTR(macvlan, mode, .name = "mode", .wire = IFLA_MACVLAN_MODE, .keywords = modes,
	     .help = "which macvlans of one link hear each other"),
	ATTR(macvlan, flag, .name = "flag", .wire = IFLA_MACVLAN_FLAGS, .keywords = flags,
	     .traits = ATTR_BARE | ATTR_NO_ZERO | ATTR_HIDDEN,
	     .help = "nopromisc (mode passthru): leave the link's promisc alone; nodst (mode source)"),
	ATTR(macvlan, bcqueuelen, .name = "bcqueuelen", .wire = IFLA_MACVLAN_BC_QUEUE_LEN,
	     .usage = "PACKETS", .traits = ATTR_DETAIL, .since = "5.11",
	     .help = "length of the queue for received broadcast and multicast"),
	ATTR(macvlan, used_bcqueuelen, .name = "usedbcqueuelen",
	     .wire = IFLA_MACVLAN_BC_QUEUE_LEN_USED, .traits = ATTR_STATUS | ATTR_DETAIL,
	     .help = "the same as it is in use: the longest of all macvlans of the link"),
	ATTR(macvlan, bclim, .name = "bclim", .wire = IFLA_MACVLAN_BC_CUTOFF,
	     .traits = ATTR_DETAIL, .since = "6.4",
	     .help = "queue multicast only for more than 2^N receivers; -1 queues all (6.4)"),
	ATTR(macvlan, macaddr_count, .name = "macaddr_count",
	     .wire = IFLA_MACVLAN_MACADDR_COUNT, .traits = ATTR_STATUS | ATTR_DETAIL,
	     .help = "number of source MACs allowed (mode source)"),
};
/* clang-format on */

static const struct attr_extra macvlan_extras[] = {
	ATTR_EXTRA(macvlan, asked),
	ATTR_EXTRA(macvlan, pad),
};

const struct attr_table macvlan_table =
	ATTR_TABLE(macvlan, "macvlan", macvlan_rows, macvlan_extras);

int macvlan_check(const struct macvlan *macvlan, const struct attr_context *context,
		  struct error *error)
{
	(void)context;
	if (ATTR_HAS(&macvlan_table, macvlan, macvlan, flag) &&
	    macvlan->flag == MACVLAN_FLAG_NOPROMISC &&
	    ATTR_HAS(&macvlan_table, macvlan, macvlan, mode) &&
	    macvlan->mode != MACVLAN_MODE_PASSTHRU)
		return error_usage(error, "'nopromisc' needs 'mode passthru'");
	return 0;
}

bool macvlan_replaces(const struct macvlan *have, const struct macvlan *want,
		      const struct attr *row)
{
	return row->offset == offsetof(struct macvlan, mode) &&
	       (have->mode == MACVLAN_MODE_PASSTHRU) != (want->mode == MACVLAN_MODE_PASSTHRU);
}

void macvlan_json(const struct macvlan *macvlan, const struct attr_context *context,
		  struct json *json)
{
	(void)context;
	if (macvlan->flag & MACVLAN_FLAG_NOPROMISC)
		json_bool(json, "nopromisc", true);
	if (macvlan->flag & MACVLAN_FLAG_NODST)
		json_bool(json, "nodst", true);
}

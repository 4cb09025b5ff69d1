/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry of a forwarding database: of a bridge, or of a vxlan device. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct fdb {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev;
	struct mac mac;
	uint16_t vlan;
	uint32_t src_vni;
	bool self, master, router, extern_learn;
	struct link_name via, bridge;
	uint32_t vni, nhid;
	int32_t link_netnsid;
	uint32_t used, updated; /* seconds */
	struct address dst;
	bool offload, sticky, locked, use, activity_notify, inactive, norefresh;
	uint8_t protocol;
	uint8_t pad[7];
	uint16_t port;
	uint16_t
		state; /* NUD_PERMANENT, NUD_NOARP ("static"), NUD_REACHABLE ("dynamic"), NUD_STALE */
};

/* Which entries of one table go. */
struct fdb_flush {
	struct fdb entry; /* its device and values; with `self` or `master`, whose table it is */
	struct link_name port; /* of a bridge's table: the entries that lead there; empty: any */
	/* NUD_PERMANENT, NUD_NOARP and NTF_*; NTF_USE: a user added it, which the kernel tells nobody. */
	uint16_t state, state_mask;
	uint8_t flags, flags_mask;
};

extern const struct attr_table fdb_table;

/*
 * Whether an entry that says neither `self` nor `master` is in the device's own
 * table: on a vxlan one that says where to, on a port of a bridge it is the bridge's.
 */
bool fdb_is_own(const struct fdb *fdb, const char *kind, bool is_port);

/* Whether one MAC may have several destinations: all zero or multicast (vxlan_fdb_update()). */
bool fdb_is_flood(const struct fdb *fdb);

size_t fdb_parts(void *fdb, struct part parts[PARTS]);

/* Whether a vxlan sends frames for this MAC to several VTEPs: the all-zero one, and multicast. */
bool fdb_floods(const struct fdb *fdb);

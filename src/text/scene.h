/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as one looks at it: which link is on which bridge, which veths are
 * ends of one cable, where tunnels lead, what is worth a second look. The tree
 * on the terminal and every kind of drawing are made from it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "attr/attr.h"
#include "model/object.h"
#include "model/range.h"

struct link;
struct network;
struct text;

enum {
	SCENE_NONE = UINT32_MAX,
	SCENE_DEPTH = 8, /* masters above each other: MAX_NEST_DEV of <linux/netdevice.h> */
};

/* How an object differs from what is there. */
enum scene_sign { SCENE_SAME, SCENE_ADDED, SCENE_CHANGED, SCENE_REMOVED, SCENE_SIGNS };

struct scene_change {
	uint8_t sign;
	const char *what; /* "mtu 1500 -> 1400"; NULL: nothing to say */
};

struct scene_options {
	const char *own; /* what the namespace ovl runs in is called; NULL: it has no name */
	/* What the process is called, of 64 bytes with the NUL; NULL: nobody can say. */
	void (*process_name)(pid_t pid, char *name);
	/* Parallel to the network's objects; NULL: none differs. */
	const struct scene_change *changes[OBJECT_TYPES];
	uint8_t family; /* addresses and routes of that one only; 0: of both */
	bool details;   /* also what is the same everywhere: `lo`, link-local addresses */
	bool is_drawn;  /* it is a picture: without the `lo` of a new namespace, which is down */
};

/* What deserves a second look. */
enum scene_mark {
	MARK_DOWN,
	MARK_NO_CARRIER,
	MARK_STATE, /* of a port: it does not forward (listening …) */
	MARK_ISOLATED,
	MARK_MTU_SMALL, /* than that of `mtu_of` */
	MARK_MTU_BIG,   /* with the outer headers it is more than `mtu_of` carries */
	MARK_LOST,      /* of a tunnel: who has that address has no such VNI */
	SCENE_MARKS,
};

struct scene_netns {
	uint32_t name;       /* interned; 0: the one ovl runs in */
	struct range links;  /* of scene.links */
	struct range routes; /* of scene.routes */
	uint32_t shown;      /* how many of its links are worth a line */
	const struct scene_change *change;
};

struct scene_link {
	const struct link *link;
	uint32_t netns;                       /* index of scene.netns */
	uint32_t peer, master, lower, mtu_of; /* indexes of scene.links, or SCENE_NONE */
	uint32_t first, next;                 /* of its ports; of the ports of its master */
	struct range addresses, fdb;          /* of scene.addresses, scene.fdb */
	struct range remotes;                 /* of scene.remotes */
	uint32_t marks;                       /* bits 1 << MARK_… */
	bool is_hidden;                       /* not worth a line */
	const struct scene_change *change;
};

/* Where a vxlan sends to. */
struct scene_remote {
	struct address address; /* family 0: the nexthop group `nhid` */
	uint32_t nhid;
	uint32_t entries; /* of its fdb that lead there */
	uint32_t link;    /* that has the address, or SCENE_NONE: it is on another machine … */
	bool is_vtep;     /* … and this one is the vxlan of the same VNI there */
	uint8_t sign;
};

struct scene {
	const struct network *network;
	struct attr_context context;
	struct scene_options options;
	struct scene_netns *netns; /* the own one first, then by name, then those without */
	struct scene_link *links;  /* by namespace and name */
	uint32_t *addresses, *fdb, *routes; /* indexes of the network's objects */
	struct scene_remote *remotes;
	size_t netns_count, links_count, remotes_count, remotes_room;
};

/*
 * Looks at the network, which must outlive the scene. What an entry names and
 * is not there is left out.
 */
void scene_make(struct scene *scene, struct network *network, const struct attr_context *context,
		const struct scene_options *options);

/* Accepts a zeroed one. */
void scene_clear(struct scene *scene);

/* What differs, never NULL. */
const struct scene_change *scene_change(const struct scene *scene, enum object_type type,
					size_t index);

/* How many bytes a vxlan puts around a packet: what its MTU and that of its underlay differ by. */
unsigned scene_outer(const struct scene_link *link);

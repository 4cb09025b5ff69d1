/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two pictures compared: how the network differs from what a lab's file asks
 * for, and the steps that would make it so. Pure: no socket, file or clock.
 *
 * Both pictures share their `names`. What is wanted is settled: entries name
 * their link and have the values that follow from what is written (a route its
 * table, an IPv6 one its metric: route_settle()); a veth's `peer_netns` is where
 * the other end is, also when that is here, as in a picture of the kernel.
 * What an entry leaves open besides is filled in here, as the commands do it: a
 * neighbour is permanent, an fdb entry `self` or `master` and static, a link up.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "model/network.h"
#include "plan/attributes.h"
#include "plan/plan.h"

struct error;

enum action {
	ACTION_NONE, /* as it is wanted */
	ACTION_CREATE,
	ACTION_CHANGE,
	ACTION_REPLACE, /* the kernel does not change it in place, or it falls with another */
	ACTION_DELETE,
	ACTION_ADOPT,    /* somebody else's becomes the lab's, and is changed as wanted */
	ACTION_CONFLICT, /* somebody else's is in the way: nothing is done */
	ACTIONS,
};

/* "create", as JSON says it; NULL for ACTION_NONE. */
extern const char *const action_names[ACTIONS];

/* Steps of one stage do not depend on each other; stages come one after the other. */
enum stage {
	STAGE_FREE_ENTRIES, /* deletions that free what a creation needs … */
	STAGE_FREE_LINKS,
	STAGE_NETNS,
	STAGE_NETNS_TAGS, /* a namespace is the lab's from here on */
	STAGE_NETNS_SYSCTLS,
	STAGE_LINKS, /* in order: what others refer to first */
	STAGE_TAGS,  /* a link has its alias; what its creation does not take */
	STAGE_CHANGES,
	STAGE_MASTERS,
	STAGE_PORTS,
	STAGE_SYSCTLS, /* of links, which are there now and not up */
	STAGE_ADDRESSES,
	STAGE_UP,     /* bridges behind their ports */
	STAGE_STATES, /* of ports, which a bridge that comes up sets */
	STAGE_VNIS,
	STAGE_NEIGHBOURS,
	STAGE_FDB,
	STAGE_ROUTES,
	STAGE_DROP_ENTRIES, /* … and those that free nothing */
	STAGE_DROP_LINKS,
	STAGE_DROP_NETNS,
	STAGES,
};

struct difference {
	enum object_type type;
	enum action action;
	const void *before;           /* the picture's object; NULL: there is none */
	const void *after;            /* what is wanted, all values filled in; NULL: nothing */
	struct attributes attributes; /* what differs; of a creation what is named */
	const char *why; /* of a conflict, or of a replacement that another one brings about */
	struct origin_in_file origin;
	bool again;      /* it is as wanted, but falls with another step: made anew, told nowhere */
	bool falls;      /* a deletion that another one brings about: without a step */
	bool frees;      /* a deletion that comes first: what it frees is needed */
	bool releases;   /* it was adopted: it is given back, not deleted */
	bool gives_back; /* what somebody else's had before the lab changed it, nobody names it */
};

/* The masters whose ports, or a port's MAC, are others after a link's difference; how many. */
enum { DIFFERENCE_MASTERS = 2 };
size_t difference_masters(const struct difference *difference,
			  struct link_name masters[DIFFERENCE_MASTERS]);

/* What a step is for. */
struct step_origin {
	uint32_t difference; /* its index */
	uint8_t stage;       /* enum stage */
};

/* Whose VNIs are compared. */
enum vni_side { VNI_HAVE, VNI_WANT, VNI_LAST, VNI_FORMER, VNI_SIDES };

struct comparison {
	struct difference *items;
	size_t count, room;
	size_t totals[ACTIONS];    /* of what is told; ACTION_NONE: what is as wanted */
	struct plan plan;          /* no steps for a conflict */
	struct step_origin *steps; /* one a step of the plan */
	struct text left; /* what would go back, and somebody changed it since: "mtu of 'eth0'" */
	struct network
		vnis[VNI_SIDES]; /* VNIs compared, cut at each other's ends: plan/vni_cuts.h */
	struct arena arena;
};

struct compare_options {
	bool adopt;    /* what is foreign and named becomes the lab's */
	bool no_prune; /* what the file no longer names stays */
	/* Entries of foreign links are marked with protocol 111; of addresses only where the
	 * program that carries out the steps can say so. */
	bool plain_addresses;
	/* The lab's last file: what it named on foreign links and the new one does not goes. NULL:
	 * it is not known, and what is there stays. */
	const struct network *last;
	/*
	 * What others' links, entries and settings had before the lab changed them: plan/former.h. What
	 * the lab's last file named of them and the new one does not has that value again, if it
	 * still is what the last file made it. NULL: it is not known, and stays.
	 */
	const struct network *former;
	/*
	 * What is wanted is what was: made, changed and replaced with its tags, whosever it is.
	 * Only what `last` has goes. See plan/restore.h.
	 */
	bool restores;
	/* Of entries that are compared, 1 << enum object_type each, TYPES_IPV4_ROUTES; 0: all. */
	uint32_t types;
};

/*
 * Fails (exit 1) when what is wanted cannot be: a bridge with more ports than
 * there are numbers for. The result points into both pictures.
 */
int compare(const struct network *have, const struct network *want, const char *lab,
	    const struct compare_options *options, struct comparison *comparison,
	    struct error *error);

/* Accepts a zeroed one. */
void comparison_clear(struct comparison *comparison);

/* 0: in sync; 3: differences; 5: a conflict, which is worse. */
int comparison_exit(const struct comparison *comparison);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside a comparison: what its pieces (links, entries, order of steps) know of each other's work. */
#pragma once

#include "model/lab.h"
#include "model/link.h"
#include "plan/compare.h"
#include "plan/finder.h"
#include "plan/key_index.h"

struct netns;
struct sysctl;

/* A namespace that either picture knows. */
struct space {
	uint32_t netns;
	const struct netns *have; /* NULL: there is none, or it is the one ovl runs in */
	bool exists;              /* it is there already */
	bool is_owned;            /* it is the lab's, or will be */
	bool is_wanted;           /* it is named */
	bool is_made;             /* it is to be made */
	bool is_gone;             /* it is to be removed */
	bool late_up;             /* a setting of one of its links comes before that is up */
};

/* A link that is wanted. */
struct wanted {
	struct link *link; /* every value settled */
	const struct link *have;
	size_t have_at; /* SIZE_MAX: there is none */
	struct origin_in_file origin;
	enum action action;
	struct attributes attributes;
	const char *why;
	size_t peer;     /* the other end among those wanted; SIZE_MAX: none */
	uint32_t alias;  /* it shall have: interned; 0: none of the lab's */
	bool is_owned;   /* it is the lab's, or will be */
	bool is_implied; /* nobody named it but as an other end; `lo` of a namespace that is made */
	bool loses_master; /* its bridge falls and is made anew */
	bool is_ordered;   /* its creation has its place */
	uint32_t difference;
};

/* A link that is there. */
struct standing {
	const struct link *link;
	enum owner owner;
	size_t wanted; /* SIZE_MAX: nobody wants it */
	bool falls;    /* it will be gone before the end, whether it is made anew or not */
	bool is_root;  /* by a step of its own … */
	size_t cause;  /* … or with this one */
	bool is_early; /* that step frees what is to be made */
	bool forgets; /* its neighbours: a bridge whose MAC is that of a port, and its ports change */
	uint32_t addresses, leaving; /* how many IPv4 addresses it has, and how many of them go */
};

struct comparing {
	const struct network *have, *want;
	const char *lab;
	struct names *names;
	const struct compare_options *options;
	struct comparison *result;
	struct space *spaces; /* by hash of the interned name */
	uint32_t *space_slots;
	size_t spaces_count, spaces_room, spaces_size;
	struct wanted *wanted;
	size_t wanted_count, wanted_room;
	struct standing *standing; /* one a link of `have` */
	size_t standing_count;
	const void **wanted_items, **standing_items;
	struct key_index wanted_links, standing_links;
	struct finder former_links,
		last_links; /* of others' links: what they had, what was asked */
};

/* A namespace's state; it must be one of either picture's, else NULL. */
struct space *comparing_space(const struct comparing *c, uint32_t netns);

/* The link of that name among those wanted or there, or NULL. */
struct wanted *wanted_find(const struct comparing *c, uint32_t netns, struct link_name name);
struct standing *standing_find(const struct comparing *c, uint32_t netns, struct link_name name);

/* Text in the result's arena. */
const char *comparing_text(struct comparing *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Why what is there is in the way. */
const char *comparing_whose(struct comparing *c, enum owner owner, const struct link *link);

/* Adds a difference and counts it. */
struct difference *difference_add(struct comparing *c, enum object_type type, enum action action,
				  const void *before, const void *after);

/* The link a setting is one of ("net.ipv6.conf.eth0.mtu"), interned; 0: none, or all of them. */
uint32_t comparing_sysctl_link(const struct comparing *c, const char *key);

/* Whether the link is to be deleted and made anew, or made. */
static inline bool is_made(const struct wanted *wanted)
{
	return wanted->action == ACTION_CREATE || wanted->action == ACTION_REPLACE;
}

/* Gives every attribute that is to have its default and one is known that value. */
void settle_nulls(struct link *link);

/* Nothing is done with the link, and why. */
void wanted_conflict(struct wanted *wanted, const char *why);

/* A conflict about a link that nobody wants: what it loses, with that link. */
void comparing_loses(struct comparing *c, const struct standing *standing, const char *what,
		     const struct link *cause);

/* Whether it is the lab's and no longer named. */
bool comparing_is_pruned(const struct comparing *c, const struct standing *standing);

/* compare_fall.c: finds what falls with what is replaced or removed, and then its ports. */
void compare_fallen(struct comparing *c);
void compare_lost_ports(struct comparing *c);
/* When links are told: the bridges that may get another MAC, and forget their neighbours with it. */
void compare_forgotten(struct comparing *c);

/* compare_settle.c: an entry with the values that go without saying; itself, or one in the arena. */
struct settling {
	const struct link *link; /* it is on, as it shall be; NULL: not known */
	const struct link *have; /* as it is */
};
const void *settle_entry(struct comparing *c, enum object_type type, const void *want,
			 const struct settling *settling);

/*
 * compare_former.c: the values that somebody else's link gets back, those that `want` (NULL:
 * the link is not wanted) does not name; a link that says nothing else, or NULL: there are none.
 */
void former_find(struct comparing *c);
struct link *former_values(struct comparing *c, const struct standing *standing,
			   const struct link *want);
/* The value a setting nobody wants gets back; NULL: none. `have` is how it is. */
const struct sysctl *former_sysctl(struct comparing *c, const struct sysctl *former,
				   const struct sysctl *last, const struct sysctl *have);

/* compare_link.c, compare_entry.c: each adds to the result. */
int compare_links(struct comparing *c, struct error *error);
void compare_entries(struct comparing *c);
void compare_sysctls(struct comparing *c);

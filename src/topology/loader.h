/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A topology file while it is read: what its parts share. It goes
 * on after a mistake, so that many are told at once; nothing of a picture with
 * a mistake is used.
 */
#pragma once

#include <stdbool.h>

#include "attr/attr.h"
#include "base/error.h"
#include "base/text.h"
#include "model/link.h"
#include "topology/expression.h"
#include "topology/key_map.h"
#include "topology/topology.h"

enum { OBJECTS_MOST = 1000000 };

/* A namespace of the picture. */
struct space {
	uint32_t netns;      /* as the kernel calls it; 0: the machine's own */
	uint32_t host_netns; /* what `host/` leads to */
	uint32_t host; /* interned name of the host in front of its namespaces' names; 0: none */
	bool is_made;  /* by the lab: nothing is in it but `lo` */
	struct link **defaults; /* for each kind a link or NULL; or NULL */
	struct place_in_file at;
};

/* What is known of a link beside the object; links and facts have the same order. */
struct loaded_link {
	uint32_t space;
	struct place_in_file peer, master, lower, mtu; /* where each is named; line 0: not */
	uint32_t other; /* 1 + index of the veth's other end, once found */
	uint32_t ports; /* of a bridge */
	bool is_kept;   /* the kernel makes it (lo), or it exists: never untyped by mistake */
};

/* The end of a segment or wire that a real host has. */
struct expected_end {
	uint32_t name;
	struct place_in_file at;
};

struct loader {
	struct topology *topology;
	struct document *document;
	struct network *network;
	const struct topology_options *options;
	struct attr_context context;
	struct names *names;

	struct space *spaces;
	size_t spaces_count, spaces_room;
	struct key_map space_index; /* namespace -> space */
	struct key_map lab_index;   /* hosts and segments by (1 or 2, name) */
	struct loaded_link *facts;
	size_t facts_count, facts_room;
	struct key_map link_index; /* (namespace, name) -> link */
	struct expected_end *ends;
	size_t ends_count, ends_room;

	size_t repeated;         /* entries that repetitions made */
	bool is_over;            /* there are too many objects: nothing more is read */
	struct pools pools;      /* of one route */
	struct text expanded;    /* of one scalar */
	struct word_list *words; /* of one entry or value */

	struct mistake {
		struct place_in_file at;
		struct error error;
	} * mistakes;
	size_t mistakes_count;
	size_t mistakes_met; /* told or not */
};

/* Whether no further mistake would be told: then reading ends. */
bool loader_is_done(const struct loader *loader);

/* Whether a mistake of that place is kept: there is no second one. */
bool loader_is_told(const struct loader *loader, struct place_in_file at);

/* Keeps the mistake; the error is cleared. */
void loader_mistake(struct loader *loader, struct place_in_file at, struct error *error);

/* The same in one. */
void loader_refuse(struct loader *loader, struct place_in_file at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct place_in_file node_key_place(const struct node *node);

/*
 * A scalar with its expressions worked out; good until the next call. NULL and a
 * mistake when the node is no scalar, is empty, or cannot be worked out.
 */
const char *loader_scalar(struct loader *loader, const struct scope *scope, const struct node *node,
			  const char *expected);

/* Whether it is a plain `null`. */
bool node_is_null(const struct node *node);

/* False and a mistake when it is another kind. */
bool loader_expects(struct loader *loader, const struct node *node, enum node_kind kind,
		    const char *what);

/* `known` ends with NULL; each other key of the map is a mistake. */
void loader_check_keys(struct loader *loader, const struct node *map, const char *const *known);

/* "a key 'nmae' is not known here", with the nearest of the words and rows. */
void loader_unknown_key(struct loader *loader, const struct node *node, const char *const *known,
			const struct part *parts, size_t count);

/* One key or entry with its variables; `name` is the key worked out, NULL in a list. */
typedef void loader_function(struct loader *loader, const struct scope *scope, const char *name,
			     const struct node *node, void *cookie);

/* Calls the function for each key of a map, repeated where it says so. */
void loader_each_key(struct loader *loader, const struct scope *scope, const struct node *map,
		     const char *what, loader_function *function, void *cookie);

/* The same for each entry of a list; a scalar is a list of one where `may_be_one`. */
void loader_each_entry(struct loader *loader, const struct scope *scope, const struct node *list,
		       const char *what, bool may_be_one, loader_function *function, void *cookie);

/* A namespace; the defaults are copied. */
uint32_t loader_add_space(struct loader *loader, const struct space *space);

/* Adds the link; its index. A doubled one is a mistake, and the first's index comes back. */
uint32_t loader_add_link(struct loader *loader, const struct link *link,
			 const struct loaded_link *fact, struct place_in_file at);

/* The index of a link. */
bool loader_find_link(const struct loader *loader, uint32_t netns, uint32_t name, uint32_t *index);

struct link *loader_link(const struct loader *loader, uint32_t index);

/* LINK, NETNS/LINK, host/LINK or ./LINK, seen from a namespace. */
int loader_reference(struct loader *loader, const struct space *space, const char *text,
		     uint32_t *netns, uint32_t *name, struct error *error);

/* The name of one of the host's namespaces, as the kernel shall call it; 0 with the error set. */
uint32_t loader_netns_name(struct loader *loader, uint32_t host, const char *name,
			   struct error *error);

/* The name of a link: one that may exist elsewhere is taken as it is where `is_foreign`. */
int loader_link_name(struct loader *loader, const char *word, bool is_foreign, uint32_t *name,
		     struct error *error);

/* How a namespace is called in a message. */
const char *loader_space_name(const struct loader *loader, uint32_t netns);

static inline struct origin_in_file origin_of(struct place_in_file at)
{
	return (struct origin_in_file){ at.line, at.column };
}

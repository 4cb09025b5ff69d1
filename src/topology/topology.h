/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A topology file: one lab, as the picture of the network that should be. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "model/network.h"
#include "topology/document.h"

struct attr_context;

enum { TOPOLOGY_LONG = 2048 };

struct topology_options {
	const char *host;        /* --host: only this one's part, for the machine ovl runs on */
	const char *const *sets; /* --set VAR=VALUE, ends with NULL */
	/* What was before is no wish: settings of two times may contradict, states may pass. */
	bool is_record;
	/*
	 * Told while the file is read that a list of entries is long: of the `count`th of it, a
	 * power of two from TOPOLOGY_LONG on. Mistakes may come behind. May be NULL.
	 */
	void (*is_long)(void *cookie, enum object_type type, const void *object, size_t count);
	void *cookie;
};

/*
 * Links: `peer` and `peer_netns` of both ends of a veth are filled in and not
 * marked; peer_netns 0 is the machine's own namespace. A namespace that the lab
 * makes has its `lo`.
 */
struct topology {
	const char *lab;
	struct document document; /* owns the text that places lead to */
	struct network
		network; /* namespaces as the kernel shall call them; 0 is the machine's own */
};

enum { TOPOLOGY_MISTAKES = 20 }; /* reported at most */

struct topology_mistake {
	struct error error;      /* as it is printed: the place, the text, the line and a caret */
	struct place_in_file at; /* line 0: of no place in the file */
	const char *message;     /* the text alone */
	bool is_last;            /* this one is also what topology_read() fails with */
};

/* Told of each mistake, in the order of the file. */
typedef void topology_report(void *cookie, const struct topology_mistake *mistake);

/*
 * Reads and checks a file ("-": stdin). Up to 20 mistakes are reported; the last
 * is the error (exit 1). `report` may be NULL.
 */
int topology_read(const char *path, const struct topology_options *options,
		  const struct attr_context *context, struct topology *topology,
		  topology_report *report, void *cookie, struct error *error);

/* The same of a text; `path` is what messages call it. */
int topology_parse(const char *path, const char *bytes, size_t size,
		   const struct topology_options *options, const struct attr_context *context,
		   struct topology *topology, topology_report *report, void *cookie,
		   struct error *error);

/* How many objects there are. */
size_t topology_count(const struct topology *topology);

/* Accepts a zeroed one. */
void topology_clear(struct topology *topology);

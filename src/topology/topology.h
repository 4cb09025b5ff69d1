/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A topology file: one lab, as the picture of the network that should be. */
#pragma once

#include "model/network.h"
#include "topology/document.h"

struct attr_context;
struct error;

struct topology_options {
	const char *host;        /* --host: only this one's part, for the machine ovl runs on */
	const char *const *sets; /* --set VAR=VALUE, ends with NULL */
};

struct topology {
	const char *lab;
	struct document document; /* owns the text that places lead to */
	struct network network;   /* namespaces as the kernel shall call them; 0 is the machine's own */
};

/* Told of each mistake but the last, with its place in the text. */
typedef void topology_report(void *cookie, const struct error *error);

/*
 * Reads and checks a file ("-": stdin). Up to 20 mistakes are reported; the last
 * is the error (exit 1).
 */
int topology_read(const char *path, const struct topology_options *options,
		  const struct attr_context *context, struct topology *topology,
		  topology_report *report, void *cookie, struct error *error);

/* Accepts a zeroed one. */
void topology_clear(struct topology *topology);

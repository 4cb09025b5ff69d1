/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A further name of a link, by which it is found as by its own (kernel 5.5). */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct error;

struct altname {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev;
	struct label name; /* longer than a link's own name may be */
	uint8_t pad[4];
};

extern const struct attr_table altname_table;

/* Whether a link may get the name: what holds for its own, but 127 characters; else exit 1. */
int altname_check(const char *name, struct error *error);

size_t altname_parts(void *altname, struct part parts[PARTS]);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* add, set, del and show of links: the same for every kind. `kind` NULL is any. */
#pragma once

#include <stdint.h>

struct error;
struct link;
struct request;
struct words;

int link_verb_add(struct request *request, const char *kind, struct words *words,
		  struct error *error);
int link_verb_set(struct request *request, const char *kind, struct words *words,
		  struct error *error);
int link_verb_del(struct request *request, const char *kind, struct words *words,
		  struct error *error);
int link_verb_show(struct request *request, const char *kind, struct words *words,
		   struct error *error);

/* A link that must be there and of the kind; NULL with the error set (exit 1). */
const struct link *link_expect(struct request *request, uint32_t name, const char *kind,
			       struct error *error);

/* Makes DEV a port of the master (0: of none). */
void link_enslave(struct request *request, uint32_t dev, uint32_t master);

/* Reads DEV, with or without `dev` in front. */
int link_take_dev(struct request *request, struct words *words, uint32_t *name,
		  struct error *error);

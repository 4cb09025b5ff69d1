/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses, neighbours, fdb entries, routes and sysctls of a topology file: a
 * string is the command line's words, a map has them as keys.
 */
#pragma once

#include "topology/loader.h"

/* The list or map in the namespace with that index. */
void load_routes(struct loader *loader, const struct scope *scope, const struct node *list,
		 uint32_t space);
void load_neighbours(struct loader *loader, const struct scope *scope, const struct node *list,
		     uint32_t space);
void load_fdb(struct loader *loader, const struct scope *scope, const struct node *list,
	      uint32_t space);
void load_sysctls(struct loader *loader, const struct scope *scope, const struct node *map,
		  uint32_t space);

/* An entry of a link's `addr`. */
void load_link_address(struct loader *loader, const struct scope *scope, const struct node *node,
		       const struct link *link);

/* An entry of a vxlan's `vnis`. */
void load_link_vni(struct loader *loader, const struct scope *scope, const struct node *node,
		   const struct link *link);

/* An entry of a vxlan's `remotes`; the vxlan's own `local` is skipped. */
void load_flood_entry(struct loader *loader, const struct scope *scope, const struct node *node,
		      const struct link *link);

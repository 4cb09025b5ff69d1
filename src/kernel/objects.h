/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The types of objects on the wire, each in a file of its own. */
#pragma once

#include "kernel/kernel.h"

extern const struct wire_object wire_link, wire_address, wire_neighbour, wire_fdb, wire_route,
	wire_vni, wire_altname;

struct nda_cacheinfo;
struct nlattr;

/*
 * Reads the times of a neighbour or fdb entry (NDA_CACHEINFO, in USER_HZ) as
 * seconds; -EBADMSG when it is too short.
 */
int wire_times(const struct nlattr *attribute, struct nda_cacheinfo *seconds);

/* NLM_F_* of a change. */
uint16_t wire_flags(enum change change);

/* The rows of the object that are asked for and not key rows go along with the change. */
uint64_t wire_mask(const struct attr_table *table, const void *object, enum change change);

/* The index of the interned link name, 0 with the error set. */
uint32_t place_index(const struct place *place, struct link_name name, struct error *error);

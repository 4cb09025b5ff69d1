/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vxlan device has beside what every link has. */
#pragma once

#include "attr/attr.h"

enum {
	VXLAN_TTL_AUTO = 0,      /* the kernel picks it */
	VXLAN_TTL_INHERIT = 256, /* that of the packet inside */
};

/*
 * The default destination has two words, one attribute on the wire and at most
 * one of two members here: `group` holds a multicast address, `remote` any
 * other.
 */
struct vxlan {
	struct attr_set asked;
	uint64_t reserved_bits;
	uint32_t vni, label, ageing, limit;
	struct link_name dev;
	uint16_t dstport;
	struct port_range srcport;
	uint16_t ttl; /* 1-255, VXLAN_TTL_AUTO or VXLAN_TTL_INHERIT */
	struct address remote, group, local;
	uint8_t tos, df;
	bool learning, proxy, rsc, l2miss, l3miss;
	bool udpcsum, udp6zerocsumtx, udp6zerocsumrx, remcsumtx, remcsumrx;
	bool localbypass, external, vnifilter, mcroute, gbp, gpe;
	uint8_t pad[7];
};

extern const struct attr_table vxlan_table;

/* Values that are possible alone and not together. */
int vxlan_check(const struct vxlan *vxlan, const struct attr_context *context, struct error *error);

/* What a vxlan that is to be made must have beside. */
int vxlan_check_new(const struct vxlan *vxlan, const struct attr_context *context,
		    struct error *error);

/*
 * Whether the kernel refuses to turn the row's value of `have` into that of
 * `want` although other changes of it are fine: another address family, a TTL
 * that begins or ceases to be inherited.
 */
bool vxlan_replaces(const struct vxlan *have, const struct vxlan *want, const struct attr *row);

/* There is one default destination: a `group` takes the place of a `remote` and the other way. */
void vxlan_supersede(struct vxlan *vxlan, const struct vxlan *change);

/*
 * The attributes no row says (the TTL). Encode writes the payload of the one
 * to send for the rows set in `rows`, with its number, and returns the
 * payload's length; number 0 when there is none. Decode returns 1 when it took
 * the attribute, 0 when it is for the rows, -EINVAL when it is malformed; it
 * also puts the default destination where it belongs, so it goes first.
 */
int vxlan_encode(const struct vxlan *vxlan, uint64_t rows, uint16_t *number,
		 uint8_t payload[ATTR_PAYLOAD]);
int vxlan_decode(struct vxlan *vxlan, uint16_t number, const uint8_t *payload, size_t length);

/* The kernel wants an id of an external device, too: 0, which ip(8) refuses to be told. */
bool vxlan_is_implied(const struct vxlan *vxlan, const struct attr *row);

/* Adds the TTL: iproute2 has a number for it and nothing for an inherited one (ovl: ttl_inherit). */
void vxlan_json(const struct vxlan *vxlan, const struct attr_context *context, struct json *json);

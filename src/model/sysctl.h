/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network setting under /proc/sys/net of one namespace, as sysctl(8) names it. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct error;
struct names;

struct sysctl {
	struct attr_set asked;
	struct netns_name netns;
	struct label key; /* "net.ipv4.ip_forward" */
	struct label value;
	uint8_t pad[4];
};

extern const struct attr_table sysctl_table;

/*
 * Whether the name can be one of a namespace's settings: "net." and no way out of
 * /proc/sys; else exit 1. '/' and '.' change places as in sysctl.d(5).
 */
int sysctl_check_key(const char *key, struct error *error);

/* The one spelling of it: '.' between its parts, '/' for a '.' within one (a VLAN's name). */
void sysctl_spell(char *key);

/* The link a setting is one of ("net.ipv6.conf.eth0.mtu"), interned; 0: none, or all of them. */
uint32_t sysctl_link(const struct names *names, const char *key);

/*
 * Which settings of all links, and of those to come, the kernel sets along with this one:
 * "net.ipv4.conf." of net.ipv4.ip_forward, whose `forwarding` (inet_forward_change()); NULL: none.
 */
const char *sysctl_resets(const char *key);

/* Whether setting `by` sets `key`, too. */
bool sysctl_is_reset(const char *key, const char *by);

size_t sysctl_parts(void *sysctl, struct part parts[PARTS]);

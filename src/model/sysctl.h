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

/* The link a setting is one of ("net.ipv6.conf.eth0.mtu"), interned; 0: none, or all of them. */
uint32_t sysctl_link(const struct names *names, const char *key);

size_t sysctl_parts(void *sysctl, struct part parts[PARTS]);

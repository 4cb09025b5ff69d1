/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's headers, and the numbers that headers of Linux 6.1 lack (with
 * the version that brought them). Where newer headers have them as enumerators
 * the macros say the same.
 */
#pragma once

#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_vlan.h>
#include <linux/lwtunnel.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

/* IFLA_*: links */
#define IFLA_DEVLINK_PORT 62               /* 6.2 */
#define IFLA_GSO_IPV4_MAX_SIZE 63          /* 6.3 */
#define IFLA_GRO_IPV4_MAX_SIZE 64          /* 6.3 */
#define IFLA_DPLL_PIN 65                   /* 6.7 */
#define IFLA_MAX_PACING_OFFLOAD_HORIZON 66 /* 6.13 */
#define IFLA_NETNS_IMMUTABLE 67            /* 6.15 */

/* IFLA_BR_*, BR_BOOLOPT_*: bridges */
#define IFLA_BR_FDB_N_LEARNED 48                   /* 6.7 */
#define IFLA_BR_FDB_MAX_LEARNED 49                 /* 6.7 */
#define IFLA_BR_STP_MODE 50                        /* 7.1 */
#define BR_BOOLOPT_MDB_OFFLOAD_FAIL_NOTIFICATION 3 /* 6.16 */
#define BR_BOOLOPT_FDB_LOCAL_VLAN_0 4              /* 6.18 */

/* IFLA_BRPORT_*: ports of bridges */
#define IFLA_BRPORT_MAB 40                 /* 6.2 */
#define IFLA_BRPORT_MCAST_N_GROUPS 41      /* 6.3 */
#define IFLA_BRPORT_MCAST_MAX_GROUPS 42    /* 6.3 */
#define IFLA_BRPORT_NEIGH_VLAN_SUPPRESS 43 /* 6.4 */
#define IFLA_BRPORT_BACKUP_NHID 44         /* 6.6 */
#define IFLA_BRPORT_NEIGH_FORWARD_GRAT 45  /* 7.1 */

/* IFLA_VXLAN_*, IFLA_MACVLAN_* */
#define IFLA_VXLAN_LOCALBYPASS 31   /* 6.5 */
#define IFLA_VXLAN_LABEL_POLICY 32  /* 6.7 */
#define IFLA_VXLAN_RESERVED_BITS 33 /* 6.14 */
#define IFLA_VXLAN_MC_ROUTE 34      /* 6.17 */
#define IFLA_MACVLAN_BC_CUTOFF 9    /* 6.4 */

/* RTA_*: routes; NHA_*: nexthop objects */
#define RTA_FLOWLABEL 31 /* 6.14 */
#define NHA_OP_FLAGS 14  /* 6.9 */

/* These are macros in the kernel's headers too. */
#ifndef NTF_EXT_LOCKED
#define NTF_EXT_LOCKED (1 << 1) /* 6.2 */
#endif
#ifndef NTF_EXT_EXT_VALIDATED
#define NTF_EXT_EXT_VALIDATED (1 << 2) /* 6.17 */
#endif
#ifndef RTAX_FEATURE_TCP_USEC_TS
#define RTAX_FEATURE_TCP_USEC_TS (1 << 4) /* 6.7 */
#endif

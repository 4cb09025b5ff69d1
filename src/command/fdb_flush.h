/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl fdb flush`, as bridge(8) says it. */
#pragma once

struct error;
struct request;
struct words;

#define FDB_FLUSH_SYNOPSIS                                                                 \
	"{dev DEV|br BRIDGE} [brport PORT] [MAC] [vlan VID] [dst ADDRESS] [port NUMBER] "  \
	"[vni VNI] [src_vni VNI] [nhid ID] [via DEV] [self] [master] "                     \
	"[permanent|nopermanent|static|nostatic|dynamic|nodynamic|state {STATE|all}] "     \
	"[added_by_user|noadded_by_user] [extern_learn|noextern_learn] [sticky|nosticky] " \
	"[offloaded|nooffloaded] [router|norouter]"

/*
 * Has the kernel empty a table in one request where it knows it, else deletes
 * entry by entry, each of which counts as a command.
 */
int fdb_verb_flush(struct request *request, struct words *words, struct error *error);

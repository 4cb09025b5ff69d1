/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP connections of the kernel: whether one exists, and which a process has. See sock_diag(7), proc(5). */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct connection;
struct link_name;
struct names;

/*
 * Whether the namespace ovl works in has the connection, established: asks for
 * the one socket. `zone` is the link that link-local addresses are on. A kernel
 * without tcp_diag has none; the other reads its list of all, which takes some
 * ms, most of them for the empty slots of its hash table.
 */
bool connection_exists(const struct connection *connection, struct link_name zone,
		       struct names *names);
bool connection_is_listed(const struct connection *connection);

/*
 * The established connection of the process that has the lowest descriptor: a
 * server has it before those that it forwards. 1: there is one, 0: there is none,
 * negative errno: its descriptors may not be looked at.
 */
int connection_of_process(pid_t pid, struct connection *connection);

/* Reads a line of /proc/net/tcp or tcp6: false when it is none, or no established connection. */
bool connection_read(const char *line, struct connection *connection, unsigned long *inode);

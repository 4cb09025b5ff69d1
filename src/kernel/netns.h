/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Network namespaces: from a name to a descriptor, names made, removed and
 * listed as `ip netns` does it, their ids, and commands run inside.
 *
 * A name is a file below /run/netns on which the namespace is mounted. Sources:
 * network_namespaces(7), ioctl_ns(2), mount_namespaces(7), ip-netns(8).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct error;
struct netlink;
struct stat;

/* Whether it may name a new one: [A-Za-z0-9_][A-Za-z0-9_.-]*, at most 64; else exit 1. */
int netns_check_name(const char *name, struct error *error);

/*
 * The one way from a name to a namespace: NAME, pid:N, or "" and "." for the
 * one ovl runs in. Links are not followed, nothing blocks, and what is opened
 * is a network namespace and nothing else. A name that somebody else gave and
 * netns_check_name() would refuse is opened if it exists and has no '/'.
 *
 * -ENOENT, exit 1: no such name or process. -EINVAL, exit 1: the file is
 * something else. Another errno, exit 2: it may not be opened.
 */
int netns_open(const char *name, int *fd, struct error *error);

/*
 * Whether there may be a namespace of that name, at a glance: false only when there
 * is no file of it, which costs a tenth of netns_open() looking for the nearest name.
 */
bool netns_may_be(const char *name);

/* Whether two descriptors are of one namespace. */
bool netns_same(int a, int b);

/* Whether the namespace of which that is told (fstat(2)) is the one of that name or pid:N. */
bool netns_is_called(const struct stat *netns, const char *name);

/*
 * Makes a namespace under a new name; its `lo` is down. What is left of a crash
 * (an empty file without a namespace) is repaired. The caller stays where it
 * is. -EEXIST, exit 2: the name is taken. EBUSY, exit 6: /run/netns is locked.
 */
int netns_add(const char *name, struct error *error);

/*
 * Gives a namespace that exists a (further) name: of the process, or of the
 * descriptor. Fails as netns_add(), and as netns_open() on pid:N.
 */
int netns_attach(const char *name, pid_t pid, struct error *error);
int netns_bind(const char *name, int fd, struct error *error);

/*
 * Takes the name away; the namespace lives on as long as something uses it.
 * Removes what is left of a crash too, and as many mounts as are on the file.
 * -ENOENT, exit 1: there is no such name. -EINVAL, exit 1: it is something
 * else, which stays.
 */
int netns_delete(const char *name, struct error *error);

/*
 * Removes the file that a crash left before a namespace was mounted on it, or after
 * it was unmounted. Anything else, and nothing, stays as it is.
 */
int netns_remove_leftover(const char *name, struct error *error);

/* A namespace without a name; it lives as long as the descriptor. */
int netns_new(int *fd, struct error *error);

enum netns_state {
	NETNS_LIVE,
	NETNS_LEFTOVER, /* an empty file: what a crash leaves between making and mounting it */
	NETNS_STRANGE,  /* anything else */
};

/* A file below /run/netns. */
struct netns_file {
	char *name;
	enum netns_state state;
	dev_t device; /* device and inode: which namespace it is, when it is live */
	ino_t inode;
};

struct netns_files {
	struct netns_file *items;
	size_t count, room;
};

void netns_files_clear(struct netns_files *files);

/*
 * All of them, sorted by name; none when there is no /run/netns. Names may be
 * anything that a file's may: escape them. Fails (exit 2) when it may not be read.
 */
int netns_list(struct netns_files *files, struct error *error);

/*
 * The live ones, each once, by the first of its names, and without opening any, which is
 * faster: a namespace of another type may be among them, which netns_open() refuses with
 * -EINVAL.
 */
int netns_glance(struct netns_files *files, struct error *error);

/* The names of one namespace, sorted; often none or one. */
int netns_identify(int fd, struct netns_files *names, struct error *error);

/* Namespaces without a name in which processes live. */
struct netns_unnamed {
	pid_t *pids; /* the first of each, sorted: "pid:N" is what it is called by */
	size_t count, room;
	size_t hidden; /* how many processes did not let themselves be looked at */
};

void netns_unnamed_clear(struct netns_unnamed *unnamed);

/* All but the one ovl runs in and those that have a name of `named`. */
int netns_unnamed_read(struct netns_unnamed *unnamed, const struct netns_files *named,
		       struct error *error);

/*
 * The id that the namespace has in the one of the socket, -1 when it has none
 * (RTM_GETNSID).
 */
int netns_id(struct netlink *netlink, int fd, int32_t *id, struct error *error);

/*
 * Gives it an id; -1: the kernel chooses. An id cannot be changed later: EEXIST.
 * Needs CAP_NET_ADMIN.
 */
int netns_set_id(struct netlink *netlink, int fd, int32_t id, struct error *error);

/* Which namespace an id means. */
struct netns_id {
	int32_t id;
	char *name; /* NULL: it has none, but a process lives in it */
	pid_t pid;  /* the first process, when there is no name */
};

/* For one socket: an id means something else in every namespace. */
struct netns_ids {
	struct netns_id *items;
	size_t count, room;
};

void netns_ids_clear(struct netns_ids *ids);

/* Asks for the id of every named namespace. */
int netns_ids_read(struct netlink *netlink, struct netns_ids *ids, struct error *error);

/* Adds those without a name in which processes live, as far as the caller may see them. */
int netns_ids_read_processes(struct netlink *netlink, struct netns_ids *ids, struct error *error);

/* NULL when it is not known. */
const struct netns_id *netns_ids_find(const struct netns_ids *ids, int32_t id);

/* The caller (its thread) goes into the network namespace; nothing else changes. */
int netns_enter(int fd, struct error *error);

/*
 * Calls the function inside the namespace (-1: a new one) while the caller
 * stays where it is: the way back may be closed (setns(2) into a namespace of
 * an outer user namespace is refused). Returns what the function does.
 */
int netns_visit(int fd, int (*function)(void *cookie, struct error *error), void *cookie,
		struct error *error);

enum {
	EXEC_FAILED = 125,     /* ovl itself failed */
	EXEC_CANNOT_RUN = 126, /* the command is there, but does not run */
	EXEC_NOT_FOUND = 127,
};

/* A command, and how it is to live in a namespace. */
struct netns_command {
	const char *name; /* of the namespace */
	char **argv;
	bool verbose;
	bool is_host; /* of a lab whose hosts are namespaces of this machine: NAME is one */
};

/*
 * Becomes the command, inside the namespace: with a /sys that shows it, and
 * with each file of /etc/netns/NAME in the place of that of /etc, in a mount
 * namespace of its own. No shell; no descriptor but 0, 1, 2 goes along.
 *
 * On a host, namespaces called NAME.x outside are called x, others have no name,
 * and the state of ovl (kernel/own_mounts.h) is empty at first and gone at last.
 *
 * Returns only when it fails, with the status to exit with in *status; the
 * caller is in an undefined place then and has no descriptor above 2 any more.
 * What does not hinder the command is told on stderr, with `verbose` all of it.
 */
int netns_exec(int fd, const struct netns_command *command, int *status, struct error *error);

/*
 * The same in a child, and waits for it. Returns 0 when the command ran, with
 * its own status (128 + signal) in *status; else as netns_exec(), with the
 * caller unharmed.
 */
int netns_run(int fd, const struct netns_command *command, int *status, struct error *error);

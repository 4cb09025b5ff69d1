/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which session it is. What carries it: session_path.c. */
#include "kernel/session.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/connection.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "model/session.h"

enum { ANCESTORS = 256 }; /* more is a circle of process ids that were used again */

struct ancestor {
	pid_t pid, parent; /* 0: it has none that can be seen */
	char name[64];
};

/* "PID (NAME) STATE PARENT …"; the name may hold anything, also ")". */
static bool read_ancestor(const char *process, struct ancestor *ancestor)
{
	CLEANUP(fd_close) int fd = -1;
	char path[32], text[512], *name, *end;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%s/stat", process);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (length <= 0)
		return false;
	text[length] = '\0';
	name = strchr(text, '(');
	end = strrchr(text, ')');
	if (!name || !end || end < name || sscanf(end + 1, " %*c %d", &ancestor->parent) != 1)
		return false;
	*end = '\0';
	ancestor->pid = (pid_t)strtol(text, NULL, 10);
	snprintf(ancestor->name, sizeof(ancestor->name), "%s", name + 1);
	return true;
}

static bool is_ssh_server(const struct ancestor *ancestor)
{
	return !strcmp(ancestor->name, "sshd") || !strcmp(ancestor->name, "sshd-session") ||
	       !strcmp(ancestor->name, "dropbear");
}

/* Whether the process lives in ovl's network namespace; also when it does not let itself be asked. */
static bool is_beside(pid_t pid)
{
	struct stat own, other;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	return stat(path, &other) < 0 || stat("/proc/thread-self/ns/net", &own) < 0 ||
	       (own.st_dev == other.st_dev && own.st_ino == other.st_ino);
}

static void add_netns(struct session *session, uint32_t netns)
{
	if (!session_is_in(session, netns))
		*array_add(&session->netns, &session->netns_count, &session->netns_room) = netns;
}

/* Adds the names of a namespace: of "pid:N", or "" for ovl's own. */
static void add_names(struct kernel *kernel, struct session *session, const char *which)
{
	CLEANUP(netns_files_clear) struct netns_files files = { 0 };
	CLEANUP(fd_close) int fd = -1;
	struct error ignored = { 0 };

	session->has_names = true;
	if (netns_open(which, &fd, &ignored) < 0 || netns_identify(fd, &files, &ignored) < 0)
		return;
	for (size_t i = 0; i < files.count; i++)
		add_netns(session, names_of(kernel->names, files.items[i].name));
}

void session_find_names(struct kernel *kernel, struct session *session)
{
	if (!session->has_names)
		add_names(kernel, session, "");
}

static void found_here(struct session *session)
{
	session->state = SESSION_FOUND;
	add_netns(session, 0);
}

/* Without a name no step is about that namespace. */
static void found_elsewhere(struct kernel *kernel, struct session *session, pid_t pid)
{
	char process[32];

	snprintf(process, sizeof(process), "pid:%d", pid);
	add_names(kernel, session, process);
	session->state = session->netns_count ? SESSION_FOUND : SESSION_NONE;
}

static void lost(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void lost(struct session *session, const char *format, ...)
{
	va_list arguments;

	session->state = SESSION_LOST;
	va_start(arguments, format);
	vsnprintf(session->why, sizeof(session->why), format, arguments);
	va_end(arguments);
}

/* What is known of it from SSH_CONNECTION. */
enum said { SAID_NOTHING, SAID_NONSENSE, SAID_CONNECTION };

static enum said read_variable(struct kernel *kernel, struct session *session)
{
	const char *value = getenv("SSH_CONNECTION");

	if (!value || !*value)
		return SAID_NOTHING;
	if (session_read(value, kernel->names, &session->connection, &session->zone))
		return SAID_CONNECTION;
	/* What sshd writes of a connection that is none of TCP: a socket, a pipe. */
	if (!strncmp(value, "UNKNOWN ", strlen("UNKNOWN ")))
		return SAID_NOTHING;
	return SAID_NONSENSE;
}

/* Whether an ancestor settles where the session is. */
static bool ask_ancestor(struct kernel *kernel, struct session *session, enum said said,
			 const struct ancestor *ancestor)
{
	struct connection connection;
	int r;

	if (!is_ssh_server(ancestor))
		return false;
	if (said == SAID_CONNECTION && !is_beside(ancestor->pid)) {
		found_elsewhere(kernel, session, ancestor->pid);
		return true;
	}
	r = connection_of_process(ancestor->pid, &connection);
	if (r > 0) {
		session->connection = connection;
		session->zone.id = 0;
		if (is_beside(ancestor->pid))
			found_here(session);
		else
			found_elsewhere(kernel, session, ancestor->pid);
	} else if (r < 0 && said != SAID_CONNECTION) {
		lost(session, "the sockets of %s (process %d) may not be looked at", ancestor->name,
		     ancestor->pid);
	}
	return session->state != SESSION_NONE || r > 0;
}

/* One process may listen for all, and its own ancestors as well: the nearest with a connection. */
static bool ask_ancestors(struct kernel *kernel, struct session *session, enum said said)
{
	struct ancestor ancestor = { 0 };
	char process[16] = "self";

	for (size_t i = 0; i < ANCESTORS && read_ancestor(process, &ancestor); i++) {
		if (i && ask_ancestor(kernel, session, said, &ancestor))
			return true;
		if (ancestor.parent <= 0)
			return false;
		snprintf(process, sizeof(process), "%d", ancestor.parent);
	}
	return false;
}

static int found_one(void *cookie, const void *object, bool removed)
{
	(void)object;
	*(bool *)cookie |= !removed;
	return 0;
}

/* Whether a link of ovl's namespace has the address. */
static bool is_own(struct kernel *kernel, const struct address *local)
{
	struct link_address filter = { .local = *local };
	struct error ignored = { 0 };
	struct place place;
	bool found = false;

	ATTR_MARK(&address_table, link_address, &filter, local);
	return !kernel_place(kernel, 0, &place, &ignored) &&
	       !kernel_dump(&place, OBJECT_ADDRESS, &filter, false, NULL, found_one, &found,
			    &ignored) &&
	       found;
}

void session_find(struct kernel *kernel, struct session *session)
{
	enum said said = read_variable(kernel, session);

	session->state = SESSION_NONE;
	if (said == SAID_CONNECTION &&
	    connection_exists(&session->connection, session->zone, kernel->names)) {
		found_here(session);
		return;
	}
	if (ask_ancestors(kernel, session, said))
		return;
	if (said == SAID_NONSENSE)
		lost(session, "SSH_CONNECTION is '%.60s', which is no connection",
		     getenv("SSH_CONNECTION"));
	/* In a sandbox nobody has that address, and nothing there carries the session. */
	if (said != SAID_CONNECTION || !is_own(kernel, &session->connection.local))
		return;
	if (connection_is_listed(&session->connection))
		found_here(session);
	else
		lost(session, "the connection in SSH_CONNECTION is not there (any more)");
}

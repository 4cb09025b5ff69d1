/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ssh session that ovl is used through and what carries it: the address, the
 * links, the route and the neighbour that must stay as they are for it to live.
 * kernel/session.h fills it in, plan/cut.h reads it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr/value.h"
#include "base/arena.h"
#include "model/address.h"
#include "model/route.h"

struct names;

/* A TCP connection as this end sees it; IPv4 in IPv6 is IPv4. */
struct connection {
	struct address local, remote;
	uint16_t local_port, remote_port;
};

/* A link the session's packets pass. */
struct session_link {
	struct link_name name; /* its own or an altname … */
	struct link_name own;  /* … of this one */
	struct link_name master;
	struct lladdr address;
	bool is_end; /* it has the session's address, or they leave on it; else such a link is on it */
};

/* What must stay as it is. */
struct session_path {
	struct session_link *links;
	size_t links_count, links_room;
	struct link_address address; /* local.family 0: no link has it */
	struct address primary;      /* the address falls with this one; family 0: with none */
	struct route_full route;     /* that decides; dst.family 0: there is none */
	struct link_name dev;        /* packets to the client leave on this link … */
	struct address gateway;      /* … to this router (family 0: to none) … */
	struct address hop;          /* … that is, to this neighbour (family 0: to none) */
	struct lladdr hop_address;   /* length 0: not known */
	bool hop_is_permanent;
	bool promotes;      /* a secondary address of `dev` outlives its primary */
	struct arena arena; /* of the route's lists */
};

enum session_state {
	SESSION_UNSOUGHT,
	SESSION_NONE, /* nobody is here through ssh, or nothing ovl can reach carries it */
	SESSION_LOST, /* somebody is, and which connection it is cannot be known */
	SESSION_FOUND,
};

struct session {
	enum session_state state;
	char why[160]; /* it is lost; not escaped */
	struct connection connection;
	struct link_name zone; /* of link-local addresses; empty: not known */
	uint32_t *netns;       /* interned names of the namespace it is in; 0: the one ovl is in */
	size_t netns_count, netns_room;
	bool has_names; /* those under /run/netns are among them */
	bool has_path;
	struct session_path path;
};

/* Accepts a zeroed one. */
void session_clear(struct session *session);

/* Forgets what carries it. */
void session_clear_path(struct session *session);

/* An IPv4 address in IPv6 (::ffff:10.0.0.1) becomes what it is. */
void address_unmap(struct address *address);

/*
 * Reads "CLIENT PORT SERVER PORT" as sshd puts it into SSH_CONNECTION; link-local
 * addresses may end in %DEV. False, and nothing is written, when it is anything else.
 */
bool session_read(const char *value, struct names *names, struct connection *connection,
		  struct link_name *zone);

/* Whether steps in the namespace of that interned name (0: ovl's own) are where the session is. */
bool session_is_in(const struct session *session, uint32_t netns);

/* The link of that name or altname, or NULL. */
const struct session_link *session_path_link(const struct session_path *path,
					     struct link_name name);

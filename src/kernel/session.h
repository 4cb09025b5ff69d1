/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ssh session ovl is used through, and what in the kernel carries it (model/session.h). */
#pragma once

struct error;
struct kernel;
struct session;

/*
 * Finds the caller's session: the connection in SSH_CONNECTION when ovl's own
 * namespace has it, else that of the nearest ancestor that is an ssh server
 * (sudo drops the variable, tmux keeps an old one). Its state is never
 * SESSION_UNSOUGHT afterwards. Without a session it takes a few reads of /proc.
 *
 * A session in another namespace is found by the namespace; its connection is
 * what SSH_CONNECTION says then, if it says anything.
 */
void session_find(struct kernel *kernel, struct session *session);

/* Adds the names under /run/netns of the namespace the session is in. */
void session_find_names(struct kernel *kernel, struct session *session);

/*
 * Reads what carries a session that was found, in its namespace. Links: those
 * that have its address and that packets leave on, their masters, what they stand
 * on, a veth's other end in the same namespace; of a bridge the one port behind
 * which the next hop is. Fails when the kernel does not answer; a part that is not
 * there (no route, no such address) is no failure.
 */
int session_read_path(struct kernel *kernel, struct session *session, struct error *error);

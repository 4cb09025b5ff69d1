/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A kernel made of memory, for tests that must touch no other. It takes the
 * place of those files of src/kernel/ that have effects: sockets, namespaces
 * that are made, processes. Linking it before libovl.a and calling
 * fake_kernel_reset() is all it takes.
 *
 * It has these links: lo, br0 (bridge), v0 (veth, port of br0) and v1 (its other
 * end), vx0 (vxlan 42, port of br0), vf0 (vxlan with a vni filter).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct nlmsghdr;

struct fake_kernel {
	/*
	 * What is answered to every request instead: datagrams, each behind its
	 * length in two bytes. The first message's sequence number and port
	 * become those that are waited for.
	 */
	const uint8_t *datagrams;
	size_t datagrams_size;
	/* Ends a dump with NLM_F_DUMP_INTR that many times. */
	unsigned torn;
	/* The how-manieth message that changes something (from 1) is refused; 0: none. */
	unsigned refused;
	int refused_with;
	/* The answers to the next that many sends are lost. */
	unsigned lost;
	/* Counters of what was asked. */
	unsigned changes, sends, dumps;
	/* What was sent: a line a send, "type flags" a message. */
	struct text log;
};

extern struct fake_kernel fake_kernel;

/* All as at the start. */
void fake_kernel_reset(void);

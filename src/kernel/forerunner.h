/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread that goes ahead of whoever reads the links of many namespaces: it opens the
 * ways into them and asks. The kernel makes the first piece of a dump inside the call that
 * asks for it, under a lock it may have to wait for.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct forerunner;
struct kernel;

/*
 * Begins to enter these namespaces (interned names, which stay the caller's) and to ask for
 * the links there, in order. NULL where it is not worth a thread of its own: then they are
 * entered when it returns (kernel_prepare()); or where there can be none: all goes without.
 */
struct forerunner *forerunner_start(struct kernel *kernel, const uint32_t *netns, size_t count);

/* The caller has come to the i-th: what is open there is the kernel's from now on. Accepts NULL. */
void forerunner_reach(struct forerunner *forerunner, size_t i);

/* Ends the thread wherever it is; accepts one of NULL. */
void forerunner_end(struct forerunner **forerunner);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a command's objects come from: the kernel, or the request's candidate.
 * Whoever only wants objects asks here, and need not know which it is.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "model/object.h"

struct error;
struct request;

/*
 * Hands every object of a namespace that `filter` (NULL: anything) selects to the
 * function; lists are in the request's pools. EAGAIN as kernel_dump().
 */
int request_dump(struct request *request, uint32_t netns, enum object_type type, const void *filter,
		 bool stats, object_function *function, void *cookie, struct error *error);

/* The same for a reader that keeps what it is handed, as kernel_read(). */
int request_read(struct request *request, uint32_t netns, enum object_type type, const void *filter,
		 bool stats, object_function *function, void (*restart)(void *cookie), void *cookie,
		 struct error *error);

/* One object by its key, a link by an altname too; -ENOENT (no error set) when there is none. */
int request_get(struct request *request, uint32_t netns, enum object_type type, const void *key,
		void *object, struct error *error);

/* Carries the request's plan out in its candidate. */
int request_change_candidate(struct request *request, struct error *error);

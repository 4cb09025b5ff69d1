/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Owners clean up by themselves: CLEANUP(x_clear) on a local calls
 * x_clear(&local) at the end of its scope; take_ptr and take_fd hand over.
 */
#pragma once

#include <stddef.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* Takes the pointer out of its owner, which is left NULL. */
#define take_ptr(owner)                          \
	__extension__({                          \
		__typeof__(owner) taken = owner; \
		(owner) = NULL;                  \
		taken;                           \
	})

/* Takes the descriptor out of its owner, which is left -1. */
static inline int take_fd(int *owner)
{
	int taken = *owner;

	*owner = -1;
	return taken;
}

/* Closes the descriptor unless it is negative; errno is kept. */
void fd_close(int *fd);

/* Frees what *pointer points to; for locals of any pointer type. */
void pointer_free(void *pointer);

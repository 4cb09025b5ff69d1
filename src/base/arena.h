/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for values that die together: the objects of one plan. */
#pragma once

#include <stddef.h>

struct arena {
	struct arena_block *blocks; /* newest first */
};

/* Zeroed, aligned for any type, never NULL; lives until the arena is reset or cleared. */
void *arena_new(struct arena *arena, size_t size);

/* A copy of `size` bytes. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* Forgets everything and keeps one block for what comes next. */
void arena_reset(struct arena *arena);

/* Frees everything; accepts a zeroed one. */
void arena_clear(struct arena *arena);

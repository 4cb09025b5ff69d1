/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is always there: when the system has none left the program says
 * so and ends (nothing half-done can be told from that point anyway).
 */
#pragma once

#include <stddef.h>

/* Zeroed memory; never NULL. The caller frees. */
void *memory_new(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/*
 * The same for a table in which is looked before something is put there: reading a page first that
 * nobody wrote to costs a second page fault, and an interrupt of each processor that a thread of
 * ours runs on (do_wp_page(), flush_tlb_mm_range()).
 */
void *memory_table(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* realloc that never fails; new bytes are not zeroed. */
void *memory_resize(void *memory, size_t count, size_t size) __attribute__((returns_nonnull));

/* A copy of `text`; never NULL. The caller frees. */
char *memory_text(const char *text) __attribute__((malloc, returns_nonnull));

/*
 * Makes room for one more element at the end of a growing array and returns
 * its index: `*items` has `*count` of `size` bytes used and `*room` allocated.
 */
size_t memory_append(void *items, size_t *count, size_t *room, size_t size);

/* The element appended: array_add(&a->items, &a->count, &a->room). */
#define array_add(items, count, room)                                                  \
	__extension__({                                                                \
		__typeof__(items) array_ = (items);                                    \
		size_t at_ = memory_append(array_, (count), (room), sizeof(**array_)); \
		&(*array_)[at_];                                                       \
	})

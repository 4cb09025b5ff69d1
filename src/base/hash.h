/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hashes for tables and for telling damage; no secret is in them. Each step can be undone, so a change
 * of one word always changes the outcome, and spreads over all bits: keys that count up (10.0.0.1,
 * 10.0.0.2) would stand side by side in a table otherwise, and whoever searches pass whole runs of
 * them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* Bytes of any length, which counts as well. */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	const char *at = bytes;
	uint64_t word;

	hash = hash_word(hash, length);
	for (; length >= sizeof(word); at += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = hash_word(hash, word);
	}
	word = 0;
	if (length)
		memcpy(&word, at, length);
	return hash_word(hash, word);
}

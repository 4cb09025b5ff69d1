/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the codecs of attr/attr.h share: taking the value's word, refusing it in
 * the one style of errors, integers in a payload, JSON strings and random names.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attr;
struct error;
struct json;
struct text;
struct words;

/* The word of the row's value, consumed. NULL with the error set when there is none. */
const char *codec_word(const struct attr *row, struct words *words, struct error *error);

/*
 * Records "NAME: 'WORD' is no NOUN", then the nearest of the row's keywords and
 * of `more` (may be NULL) when one is near, else all the keywords. The noun is
 * the row's placeholder in small letters where it has one. Returns -EINVAL.
 */
int codec_refuse(const struct attr *row, const char *word, const char *noun, const char *more,
		 struct error *error);

/* An integer of 1, 2, 4 or 8 bytes in a payload, which need not be aligned. */
void codec_put(uint8_t *payload, uint64_t value, size_t size, bool is_big_endian);
uint64_t codec_get(const uint8_t *payload, size_t size, bool is_big_endian);

/* Begins a JSON string that is plain ASCII: the caller puts the text, then codec_close. */
struct text *codec_open(struct json *json, const char *key);
void codec_close(struct json *json);

/* A valid name of `least` to `most` letters and digits that begins with a letter. */
void codec_random_name(uint64_t (*next)(void), size_t least, size_t most, char *name);

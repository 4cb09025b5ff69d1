/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A JSON writer that streams: what it wrote is gone, so a listing of a million
 * routes takes no more memory than one of ten. (jansson builds trees: it is
 * what the tests read with.) Its output is always valid JSON: bytes that are
 * not UTF-8 become U+FFFD, control and invisible characters are escaped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

struct json {
	struct text *out;
	bool pretty;
	unsigned depth;
	uint64_t filled; /* bit d: something stands at depth d already */
};

/* In an object every value has a key; in an array it is NULL. */
void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);

void json_string(struct json *json, const char *key, const char *string);
void json_bytes(struct json *json, const char *key, const char *bytes, size_t length);
/* A string that is known to be plain ASCII without quotes: an address, a MAC. */
void json_plain(struct json *json, const char *key, const char *bytes, size_t length);
void json_number(struct json *json, const char *key, uint64_t number);
void json_integer(struct json *json, const char *key, int64_t number);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
/* "0x2a", as iproute2 writes masks. */
void json_hex(struct json *json, const char *key, uint64_t number);
/* Opens a value and leaves writing it to the caller. */
void json_key(struct json *json, const char *key);

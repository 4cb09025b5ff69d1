/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes what is known of an apply: any bytes are read, and what was read is written and read the same. */
#include <stdlib.h>
#include <string.h>

#include "apply/store.h"
#include "base/cleanup.h"
#include "output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(const char *bytes, size_t length, struct arena *arena, struct store_meta *meta)
{
	char *lines = arena_new(arena, length + 1);

	memcpy(lines, bytes, length);
	*meta = (struct store_meta){ 0, "", "", "", "", "", NULL };
	store_meta_take(lines, arena, meta);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_clear) struct arena arena = { 0 };
	CLEANUP(text_clear) struct text first = { 0 };
	CLEANUP(text_clear) struct text second = { 0 };
	struct store_meta meta;

	take((const char *)data, size, &arena, &meta);
	store_meta_put(&first, &meta);
	take(text_string(&first), first.length, &arena, &meta);
	store_meta_put(&second, &meta);
	if (strcmp(text_string(&first), text_string(&second)) != 0)
		output_fails("it is not read as it was written", second.bytes, second.length);
	return 0;
}

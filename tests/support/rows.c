/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/rows.h"

uint64_t rows_next(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint32_t index_of_name(void *cookie, uint32_t name, struct error *error)
{
	(void)cookie;
	(void)error;
	return name + 1000;
}

static uint32_t name_of_index(void *cookie, uint32_t index)
{
	(void)cookie;
	return index - 1000;
}

const struct attr_links rows_links = { .index = index_of_name, .name = name_of_index };

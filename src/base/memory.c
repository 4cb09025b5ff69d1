/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static void *checked(void *memory)
{
	if (!memory) {
		fputs("ovl: out of memory\n", stderr);
		abort();
	}
	return memory;
}

void *memory_new(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_table(size_t count, size_t size)
{
	return memset(memory_resize(NULL, count, size), 0, count * size);
}

void *memory_resize(void *memory, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		checked(NULL);
	return checked(realloc(memory, bytes ? bytes : 1));
}

char *memory_text(const char *text)
{
	return checked(strdup(text));
}

size_t memory_append(void *items, size_t *count, size_t *room, size_t size)
{
	void *pointer;

	memcpy(&pointer, items, sizeof(pointer));
	if (*count == *room) {
		*room = *room ? *room * 2 : 8;
		pointer = memory_resize(pointer, *room, size);
		memcpy(items, &pointer, sizeof(pointer));
	}
	memset((char *)pointer + *count * size, 0, size);
	return (*count)++;
}

void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

void pointer_free(void *pointer)
{
	void *memory;

	memcpy(&memory, pointer, sizeof(memory));
	free(memory);
}

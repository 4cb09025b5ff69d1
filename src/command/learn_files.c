/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"

#ifndef OVL_LESSONS_DIR /* the Makefile knows */
#define OVL_LESSONS_DIR "/usr/share/ovl/lessons"
#endif

enum { LESSON_MOST = 1024 * 1024 };

static const char suffix[] = ".md", chinese_suffix[] = ".zh.md";

void learn_file_clear(struct learn_file *file)
{
	free(file->path);
	free(file->name);
	free(file->own);
	*file = (struct learn_file){ 0 };
}

void learn_files_clear(struct learn_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		learn_file_clear(&files->items[i]);
	free(files->items);
	*files = (struct learn_files){ 0 };
}

static const char *folder(void)
{
	const char *value = secure_getenv("OVL_LESSONS");

	return value && *value ? value : OVL_LESSONS_DIR;
}

static bool ends(const char *name, const char *end)
{
	size_t length = strlen(name), end_length = strlen(end);

	return length > end_length && !strcmp(name + length - end_length, end);
}

/* 10 comes behind 9. */
static int by_name(const void *a, const void *b)
{
	const struct learn_file *left = a, *right = b;

	return strverscmp(left->name, right->name);
}

static char *joined(const char *directory, const char *name)
{
	struct text path = { 0 };

	text_printf(&path, "%s/%s", directory, name);
	text_string(&path);
	return path.bytes;
}

static void add(struct learn_files *files, const char *name)
{
	struct learn_file *file = array_add(&files->items, &files->count, &files->room);

	file->path = joined(folder(), name);
	file->name = memory_text(name);
	file->name[strlen(name) - strlen(suffix)] = '\0';
	file->own = NULL;
}

int learn_files_read(struct learn_files *files, struct error *error)
{
	DIR *directory = opendir(folder());
	struct dirent *entry;

	learn_files_clear(files);
	if (!directory) {
		error_set(error, errno, "cannot read the lessons in '%s'", folder());
		return error_hint(error, " (OVL_LESSONS names another folder)");
	}
	while ((entry = readdir(directory)))
		if (*entry->d_name != '.' && ends(entry->d_name, suffix) &&
		    !ends(entry->d_name, chinese_suffix) && strcasecmp(entry->d_name, "README.md"))
			add(files, entry->d_name);
	closedir(directory);
	if (files->count)
		qsort(files->items, files->count, sizeof(*files->items), by_name);
	return 0;
}

/* "veth" of "2-veth". */
static const char *plain_name(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits && name[digits] == '-' && name[digits + 1] ? name + digits + 1 : name;
}

static bool is_number(const char *name, const char *word)
{
	size_t digits = strspn(word, "0123456789");

	return digits && !word[digits] && !strncmp(name, word, digits) && name[digits] == '-';
}

/* SIZE_MAX: none, or several. */
static size_t find_beginning(const struct learn_files *files, const char *word)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < files->count; i++) {
		const char *name = files->items[i].name;

		if (strncmp(name, word, strlen(word)) != 0 &&
		    strncmp(plain_name(name), word, strlen(word)) != 0)
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

static size_t find(const struct learn_files *files, const char *word)
{
	for (size_t i = 0; i < files->count; i++) {
		const char *name = files->items[i].name;

		if (!strcmp(name, word) || !strcmp(plain_name(name), word) || is_number(name, word))
			return i;
	}
	return *word ? find_beginning(files, word) : SIZE_MAX;
}

static int unknown(const struct learn_files *files, const char *word, struct error *error)
{
	size_t distance = SIZE_MAX;
	const char *nearest = NULL;

	for (size_t i = 0; i < files->count; i++) {
		words_nearer(word, files->items[i].name, &nearest, &distance);
		words_nearer(word, plain_name(files->items[i].name), &nearest, &distance);
	}
	error_usage(error, "there is no lesson '%s'", word);
	words_suggest(error, word, nearest, distance);
	error_hint(error, " ('ovl learn --list' shows all; a file of your own is ./FILE)");
	return -EINVAL;
}

int learn_file_find(const char *word, struct learn_file *file, struct error *error)
{
	CLEANUP(learn_files_clear) struct learn_files files = { 0 };
	size_t at;
	int r;

	if (strchr(word, '/') || ends(word, suffix)) {
		char *whole = realpath(word, NULL);

		*file = (struct learn_file){ memory_text(word), memory_text(word),
					     whole ? whole : memory_text(word) };
		return 0;
	}
	r = learn_files_read(&files, error);
	if (r < 0)
		return r;
	at = find(&files, word);
	if (at == SIZE_MAX)
		return unknown(&files, word, error);
	*file = files.items[at];
	files.items[at] = (struct learn_file){ 0 };
	return 0;
}

static int read_file(const char *path, struct text *text, struct error *error)
{
	CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat stat;
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? error_usage(error, "there is no file '%s'", path)
				       : error_set(error, errno, "cannot open '%s'", path);
	if (!fstat(fd, &stat) && S_ISDIR(stat.st_mode))
		return error_usage(error, "'%s' is a folder; a lesson is a file", path);
	do {
		n = read(fd, text_room(text, 16 * 1024), 16 * 1024);
		text->length += n > 0 ? (size_t)n : 0;
	} while ((n > 0 && text->length <= LESSON_MOST) || (n < 0 && errno == EINTR));
	if (n < 0)
		return error_set(error, errno, "cannot read '%s'", path);
	if (text->length > LESSON_MOST)
		return error_usage(error, "'%s' is longer than a lesson may be (1 MiB)", path);
	return 0;
}

static int load(const char *path, struct lesson *lesson, struct error *error)
{
	CLEANUP(text_clear) struct text text = { 0 };
	int r = read_file(path, &text, error);

	return r < 0 ? r : lesson_read(path, text.bytes, text.length, lesson, error);
}

/* The path of the translation; NULL when there is none, or the file is one itself. To be freed. */
static char *translation_of(const struct learn_file *file)
{
	struct text path = { 0 };

	if (!ends(file->path, suffix) || ends(file->path, chinese_suffix))
		return NULL;
	text_put(&path, file->path, strlen(file->path) - strlen(suffix));
	text_puts(&path, chinese_suffix);
	if (!access(text_string(&path), F_OK))
		return path.bytes;
	text_clear(&path);
	return NULL;
}

int learn_file_load(const struct learn_file *file, bool chinese, struct lesson *lesson,
		    struct error *error)
{
	CLEANUP(pointer_free) char *path = chinese ? translation_of(file) : NULL;
	CLEANUP(lesson_clear) struct lesson original = { 0 };
	int r = load(file->path, path ? &original : lesson, error);

	if (r < 0 || !path)
		return r;
	r = load(path, lesson, error);
	if (!r)
		r = lesson_compare(&original, path, lesson, error);
	if (r < 0)
		lesson_clear(lesson);
	return r;
}

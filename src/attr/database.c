/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attr/database.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"

enum {
	FILE_MOST = 1024 * 1024,
	FILES_MOST = 1000, /* in one NAME.d */
	SMALL = 256,       /* protocols, scopes, dsfields, the usual tables and groups */
};

struct entry {
	uint64_t number;
	uint32_t word;
	uint32_t order; /* in which they were read */
};

struct database {
	char *name;
	struct names *words;
	uint64_t *numbers; /* by the word's id */
	size_t numbers_count, numbers_room;
	uint32_t small[SMALL]; /* the word's id by number */
	struct entry *large;   /* sorted by number */
	size_t large_count, large_room;
};

struct databases {
	char *root;
	struct database **items;
	size_t count, room;
};

struct databases *databases_new_at(const char *root)
{
	struct databases *databases = memory_new(1, sizeof(*databases));

	databases->root = memory_text(root);
	return databases;
}

struct databases *databases_new(void)
{
	return databases_new_at("");
}

static void database_free(struct database *database)
{
	names_free(&database->words);
	free(database->name);
	free(database->numbers);
	free(database->large);
	free(database);
}

void databases_free(struct databases **databases)
{
	if (!*databases)
		return;
	for (size_t i = 0; i < (*databases)->count; i++)
		database_free((*databases)->items[i]);
	free((*databases)->items);
	free((*databases)->root);
	free(*databases);
	*databases = NULL;
}

/* Whether the word prints as it is; what does not is no name worth having. */
static bool is_plain(const char *word, size_t length)
{
	CLEANUP(text_clear) struct text text = { 0 };

	text_escaped(&text, word, length);
	return text.length == length && !memcmp(text.bytes, word, length);
}

static void add(struct database *database, uint64_t number, const char *word, size_t length)
{
	uint32_t id = names_id(database->words, word, length);
	struct entry *entry;

	while (database->numbers_count <= id)
		*array_add(&database->numbers, &database->numbers_count, &database->numbers_room) =
			0;
	database->numbers[id] = number;
	if (number < SMALL) {
		database->small[number] = id;
		return;
	}
	entry = array_add(&database->large, &database->large_count, &database->large_room);
	*entry = (struct entry){
		.number = number,
		.word = id,
		.order = (uint32_t)database->large_count,
	};
}

/* "254 main", "0x10 lowdelay # a comment"; any other line is passed over. */
static void read_line(struct database *database, const char *line)
{
	const char *word;
	char *end;
	uint64_t number;
	size_t length;

	line += strspn(line, " \t");
	if (!isdigit((unsigned char)*line))
		return;
	errno = 0;
	number = strtoull(line, &end, line[0] == '0' && (line[1] | 32) == 'x' ? 16 : 10);
	word = end + strspn(end, " \t");
	length = strcspn(word, " \t\r");
	if (errno || word == end || !length || *word == '#' || number > UINT32_MAX ||
	    !is_plain(word, length))
		return;
	add(database, number, word, length);
}

static void read_text(struct database *database, char *text)
{
	char *next;

	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		read_line(database, line);
	}
}

static void read_file(struct database *database, const char *path)
{
	/* Not blocking: a FIFO in the place of the file is not waited for. */
	CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	CLEANUP(pointer_free) char *text = NULL;
	struct stat status;
	size_t length = 0;
	ssize_t n;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_size > FILE_MOST)
		return;
	text = memory_new(FILE_MOST + 1, 1);
	while (length < FILE_MOST && (n = read(fd, text + length, FILE_MOST - length)) != 0) {
		if (n < 0 && errno != EINTR)
			return;
		length += n > 0 ? (size_t)n : 0;
	}
	read_text(database, text);
}

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return *entry->d_name != '.' && length > 5 && !strcmp(entry->d_name + length - 5, ".conf");
}

/* `over` is the folder whose namesakes replace these files, or NULL. */
static void read_folder(struct database *database, const char *folder, const char *over)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_conf, alphasort);

	for (int i = 0; i < count; i++) {
		CLEANUP(text_clear) struct text path = { 0 };

		if (over)
			text_printf(&path, "%s/%s", over, entries[i]->d_name);
		if (i < FILES_MOST && (!over || access(text_string(&path), F_OK) < 0)) {
			text_cut(&path, 0);
			text_printf(&path, "%s/%s", folder, entries[i]->d_name);
			read_file(database, text_string(&path));
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return left->number < right->number ? -1 : left->number > right->number;
}

static int compare_order(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	int r = compare_entries(a, b);

	return r ? r : left->order < right->order ? -1 : left->order > right->order;
}

/* Sorts and keeps of equal numbers the word that was read last. */
static void sort_large(struct database *database)
{
	size_t kept = 0;

	if (!database->large_count)
		return;
	qsort(database->large, database->large_count, sizeof(*database->large), compare_order);
	for (size_t i = 0; i < database->large_count; i++) {
		if (kept && database->large[kept - 1].number == database->large[i].number)
			kept--;
		database->large[kept++] = database->large[i];
	}
	database->large_count = kept;
}

static void database_read(struct database *database, const char *root)
{
	CLEANUP(text_clear) struct text usr = { 0 };
	CLEANUP(text_clear) struct text etc = { 0 };

	text_printf(&usr, "%s/usr/share/iproute2/%s", root, database->name);
	text_printf(&etc, "%s/etc/iproute2/%s", root, database->name);
	read_file(database, text_string(&usr));
	read_file(database, text_string(&etc));
	text_puts(&usr, ".d");
	text_puts(&etc, ".d");
	read_folder(database, text_string(&usr), text_string(&etc));
	read_folder(database, text_string(&etc), NULL);
	sort_large(database);
}

static struct database *database_of(struct databases *databases, const char *name)
{
	struct database *database;

	for (size_t i = 0; i < databases->count; i++) {
		if (!strcmp(databases->items[i]->name, name))
			return databases->items[i];
	}
	database = memory_new(1, sizeof(*database));
	database->name = memory_text(name);
	database->words = names_new();
	database_read(database, databases->root);
	*array_add(&databases->items, &databases->count, &databases->room) = database;
	return database;
}

bool databases_number(struct databases *databases, const char *name, const char *word,
		      uint64_t *number)
{
	struct database *database = database_of(databases, name);
	uint32_t id = names_find(database->words, word);

	if (!id)
		return false;
	*number = database->numbers[id];
	return true;
}

const char *databases_word(struct databases *databases, const char *name, uint64_t number)
{
	struct database *database = database_of(databases, name);
	const struct entry wanted = { .number = number }, *entry;

	if (number < SMALL) {
		uint32_t id = database->small[number];

		return id ? names_text(database->words, id) : NULL;
	}
	if (!database->large_count)
		return NULL;
	entry = bsearch(&wanted, database->large, database->large_count, sizeof(wanted),
			compare_entries);
	return entry ? names_text(database->words, entry->word) : NULL;
}

const char *databases_nearest(struct databases *databases, const char *name, const char *word)
{
	struct database *database = database_of(databases, name);
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (uint32_t id = 1; id < database->numbers_count; id++)
		words_nearer(word, names_text(database->words, id), &best, &distance);
	return best;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"

#define FILE_SUFFIX ".yaml"
#define META_SUFFIX ".meta"

enum {
	META_MOST = 1024 * 1024,
	FILE_MOST = 16 * 1024 * 1024, /* of a topology file */
	NUMBER_DIGITS = 18,
};

/* --- what there is */

/* Numbers in a lab's directory, the highest first. */
struct numbers {
	uint64_t *items;
	size_t count, room;
	const char *suffix;
};

static void numbers_clear(struct numbers *numbers)
{
	free(numbers->items);
}

static int add_number(void *cookie, const char *name)
{
	struct numbers *numbers = cookie;
	size_t digits = strspn(name, "0123456789");

	if (digits && digits <= NUMBER_DIGITS && *name != '0' &&
	    !strcmp(name + digits, numbers->suffix))
		*array_add(&numbers->items, &numbers->count, &numbers->room) =
			strtoull(name, NULL, 10);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left < *right) - (*left > *right);
}

static int numbers_read(const struct state_directory *directory, const char *suffix,
			struct numbers *numbers, struct error *error)
{
	int r;

	*numbers = (struct numbers){ .suffix = suffix };
	r = state_each(directory, add_number, numbers, error);
	if (numbers->count)
		qsort(numbers->items, numbers->count, sizeof(*numbers->items), by_number);
	return r;
}

static const char *name_of(uint64_t number, const char *suffix, char name[STATE_NAME])
{
	snprintf(name, STATE_NAME, "%" PRIu64 "%s", number, suffix);
	return name;
}

static int open_lab(const char *lab, bool make, struct state_directory *directory,
		    struct error *error)
{
	char name[STATE_NAME];
	int r = state_lab_file(lab, "", name, error);

	return r < 0 ? r : state_open(STATE_KEPT, name, make, directory, error);
}

/* --- metas */

static void put_line(struct text *text, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	text_puts(text, key);
	text_char(text, ' ');
	for (; *value; value++) {
		if (*value == '\n')
			text_puts(text, "\\n");
		else if (*value == '\\')
			text_puts(text, "\\\\");
		else
			text_char(text, *value);
	}
	text_char(text, '\n');
}

void store_meta_put(struct text *text, const struct store_meta *meta)
{
	text_printf(text, "time %" PRId64 "\n", meta->time);
	put_line(text, "who", meta->who);
	put_line(text, "host", meta->host);
	put_line(text, "from", meta->from);
	put_line(text, "comment", meta->comment);
	put_line(text, "mark", meta->mark);
	for (size_t i = 0; meta->sets && meta->sets[i]; i++)
		put_line(text, "set", meta->sets[i]);
}

/* The value as it was before put_line(), in its own place. */
static char *unescape(char *value)
{
	char *to = value;

	for (const char *from = value; *from; from++) {
		if (*from == '\\' && from[1])
			*to++ = *++from == 'n' ? '\n' : *from;
		else
			*to++ = *from;
	}
	*to = '\0';
	return value;
}

static void take_time(const char *value, int64_t *time)
{
	char *end;
	long long seconds;

	errno = 0;
	seconds = strtoll(value, &end, 10);
	if (!errno && end != value && !*end)
		*time = seconds;
}

void store_meta_take(char *lines, struct arena *arena, struct store_meta *meta)
{
	const struct {
		const char *key;
		const char **value;
	} texts[] = { { "who", &meta->who },
		      { "host", &meta->host },
		      { "from", &meta->from },
		      { "comment", &meta->comment },
		      { "mark", &meta->mark } };
	size_t count = 1;
	const char **sets;
	char *line, *value;

	for (const char *at = lines; (at = strchr(at, '\n')); at++)
		count++;
	sets = arena_new(arena, (count + 1) * sizeof(*sets));
	meta->sets = sets;
	while ((line = strsep(&lines, "\n"))) {
		value = strchr(line, ' ');
		if (!value)
			continue;
		*value++ = '\0';
		unescape(value);
		if (!strcmp(line, "time"))
			take_time(value, &meta->time);
		else if (!strcmp(line, "set"))
			*sets++ = value;
		for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
			if (!strcmp(line, texts[i].key))
				*texts[i].value = value;
	}
}

/* Reads what is there; a meta that is lost, or is none, costs its words and no more. */
static void read_meta(const struct state_directory *directory, uint64_t number, struct arena *arena,
		      struct store_meta *meta)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct error ignored = { 0 };
	char name[STATE_NAME];
	struct stat stat;

	*meta = (struct store_meta){ 0, "", "", "", "", "", NULL };
	if (!fstatat(directory->fd, name_of(number, FILE_SUFFIX, name), &stat, AT_SYMLINK_NOFOLLOW))
		meta->time = stat.st_mtime;
	if (state_read(directory, name_of(number, META_SUFFIX, name), META_MOST, &text, &ignored) <
	    0)
		text_cut(&text, 0);
	text_string(&text);
	store_meta_take(arena_copy(arena, text.bytes, text.length + 1), arena, meta);
}

void store_who(char who[STORE_WHO])
{
	const char *sudo = geteuid() ? NULL : secure_getenv("SUDO_USER");
	const struct passwd *user = sudo && *sudo ? NULL : getpwuid(getuid());

	if (sudo && *sudo)
		snprintf(who, STORE_WHO, "%s", sudo);
	else if (user)
		snprintf(who, STORE_WHO, "%s", user->pw_name);
	else
		snprintf(who, STORE_WHO, "uid %u", getuid());
}

/* --- adding and dropping */

/* Files beyond the 50, and metas of which the file is gone. */
static void prune(const struct state_directory *directory)
{
	CLEANUP(numbers_clear) struct numbers files = { 0 };
	CLEANUP(numbers_clear) struct numbers metas = { 0 };
	struct error ignored = { 0 };
	char name[STATE_NAME];

	numbers_read(directory, FILE_SUFFIX, &files, &ignored);
	numbers_read(directory, META_SUFFIX, &metas, &ignored);
	for (size_t i = STORE_MOST; i < files.count; i++)
		unlinkat(directory->fd, name_of(files.items[i], FILE_SUFFIX, name), 0);
	if (files.count > STORE_MOST)
		files.count = STORE_MOST;
	for (size_t i = 0; files.count && i < metas.count; i++)
		if (!bsearch(&metas.items[i], files.items, files.count, sizeof(*files.items),
			     by_number))
			unlinkat(directory->fd, name_of(metas.items[i], META_SUFFIX, name), 0);
}

/* A number that was dropped still has its meta. */
static int next_number(const struct state_directory *directory, uint64_t *number,
		       struct error *error)
{
	CLEANUP(numbers_clear) struct numbers files = { 0 };
	CLEANUP(numbers_clear) struct numbers metas = { 0 };
	int r = numbers_read(directory, FILE_SUFFIX, &files, error);

	if (!r)
		r = numbers_read(directory, META_SUFFIX, &metas, error);
	*number = 1;
	if (files.count && files.items[0] >= *number)
		*number = files.items[0] + 1;
	if (metas.count && metas.items[0] >= *number)
		*number = metas.items[0] + 1;
	return r;
}

int store_add(const char *lab, const void *bytes, size_t length, const struct store_meta *meta,
	      uint64_t *number, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(text_clear) struct text text = { 0 };
	char name[STATE_NAME];
	uint64_t next = 0;
	int r = open_lab(lab, true, &directory, error);

	if (!r)
		r = next_number(&directory, &next, error);
	if (r < 0)
		return r;
	store_meta_put(&text, meta);
	/* It is there once its file is. */
	r = state_replace(&directory, name_of(next, META_SUFFIX, name), text.bytes, text.length,
			  error);
	if (!r)
		r = state_replace(&directory, name_of(next, FILE_SUFFIX, name), bytes, length,
				  error);
	if (r < 0) {
		unlinkat(directory.fd, name_of(next, FILE_SUFFIX, name), 0);
		unlinkat(directory.fd, name_of(next, META_SUFFIX, name), 0);
		return r;
	}
	prune(&directory);
	*number = next;
	return 0;
}

int store_drop_newest(const char *lab, uint64_t number, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(numbers_clear) struct numbers files = { 0 };
	char name[STATE_NAME];
	int r = open_lab(lab, false, &directory, error);

	if (!r)
		r = numbers_read(&directory, FILE_SUFFIX, &files, error);
	if (r < 0 || !files.count || files.items[0] != number)
		return r;
	if (unlinkat(directory.fd, name_of(number, FILE_SUFFIX, name), 0) < 0 && errno != ENOENT)
		return error_set(error, errno, "cannot remove '%s/%s'", directory.path, name);
	r = state_sync(directory.fd);
	return r < 0 ? error_set(error, -r, "cannot write '%s'", directory.path) : 0;
}

/* --- reading */

void store_entries_clear(struct store_entries *entries)
{
	free(entries->items);
	arena_clear(&entries->arena);
	*entries = (struct store_entries){ 0 };
}

static void add_entry(const struct state_directory *directory, uint64_t number,
		      struct store_entries *entries)
{
	struct store_entry *entry = array_add(&entries->items, &entries->count, &entries->room);
	char name[STATE_NAME], path[STATE_PATH + STATE_NAME];

	*entry = (struct store_entry){ .number = number };
	snprintf(path, sizeof(path), "%s/%s", directory->path, name_of(number, FILE_SUFFIX, name));
	entry->path = arena_copy(&entries->arena, path, strlen(path) + 1);
	read_meta(directory, number, &entries->arena, &entry->meta);
}

int store_list(const char *lab, struct store_entries *entries, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(numbers_clear) struct numbers files = { 0 };
	int r = open_lab(lab, false, &directory, error);

	*entries = (struct store_entries){ 0 };
	if (!r)
		r = numbers_read(&directory, FILE_SUFFIX, &files, error);
	for (size_t i = 0; !r && i < files.count && i < STORE_MOST; i++)
		add_entry(&directory, files.items[i], entries);
	return r;
}

/* The number of the file so many applies before the newest. */
static int find_back(const struct state_directory *directory, const char *lab, size_t back,
		     uint64_t *number, struct error *error)
{
	CLEANUP(numbers_clear) struct numbers files = { 0 };
	int r = numbers_read(directory, FILE_SUFFIX, &files, error);
	size_t count = files.count < STORE_MOST ? files.count : STORE_MOST;

	if (r < 0)
		return r;
	if (back < count) {
		*number = files.items[back];
		return 0;
	}
	if (!count)
		error_usage(error, "lab '%s': no file of it is kept", lab);
	else
		error_usage(error, "lab '%s': %zu files of it are kept: 0 to %zu, not %zu", lab,
			    count, count - 1, back);
	error->errnum = ENOENT;
	return -ENOENT;
}

void store_file_clear(struct store_file *file)
{
	store_entries_clear(&file->entries);
	text_clear(&file->bytes);
	*file = (struct store_file){ 0 };
}

int store_read(const char *lab, size_t back, struct store_file *file, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(store_file_clear) struct store_file found = { 0 };
	char name[STATE_NAME];
	uint64_t number;
	int r = open_lab(lab, false, &directory, error);

	if (!r)
		r = find_back(&directory, lab, back, &number, error);
	if (!r)
		r = state_read(&directory, name_of(number, FILE_SUFFIX, name), FILE_MOST,
			       &found.bytes, error);
	if (r < 0)
		return r;
	add_entry(&directory, number, &found.entries);
	found.entry = found.entries.items[0];
	*file = found;
	found = (struct store_file){ 0 };
	return 0;
}

int store_mark(const char *lab, size_t back, const char *mark, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	char name[STATE_NAME];
	uint64_t number;
	int r = open_lab(lab, false, &directory, error);

	if (!r)
		r = find_back(&directory, lab, back, &number, error);
	if (r < 0)
		return r;
	add_entry(&directory, number, &entries);
	entries.items[0].meta.mark = mark;
	store_meta_put(&text, &entries.items[0].meta);
	return state_replace(&directory, name_of(number, META_SUFFIX, name), text.bytes,
			     text.length, error);
}

int store_labs(struct state_labs *labs, struct error *error)
{
	size_t kept = 0;
	int r = state_labs_read(STATE_KEPT, "", labs, error);

	for (size_t i = 0; i < labs->count; i++) {
		CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
		CLEANUP(numbers_clear) struct numbers files = { 0 };
		struct error ignored = { 0 };

		if (!open_lab(labs->names[i], false, &directory, &ignored) &&
		    !numbers_read(&directory, FILE_SUFFIX, &files, &ignored) && files.count)
			memmove(labs->names[kept++], labs->names[i], sizeof(*labs->names));
	}
	labs->count = kept;
	return r;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>

#include "apply/state.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

enum {
	FILE_MOST = 16 * 1024 * 1024, /* bytes; a longer one is not ours */
	PATH_MOST = 4096,
};

/* Somebody else's editing keeps no one waiting for long. */
static const int64_t lock_wait_ns = INT64_C(500) * 1000 * 1000;

bool history_default_path(struct text *path)
{
	/* As for other state: nothing is believed of the variables of who called with more rights. */
	const char *state = secure_getenv("XDG_STATE_HOME"), *home = secure_getenv("HOME");

	if (state && *state == '/')
		text_printf(path, "%s/ovl/history", state);
	else if (home && *home == '/')
		text_printf(path, "%s/.local/state/ovl/history", home);
	return path->length;
}

/* The directories above the file that are missing. */
static int make_directories(const char *path, struct error *error)
{
	char part[PATH_MOST];

	if (strlen(path) >= sizeof(part))
		return error_set(error, ENAMETOOLONG, "cannot open '%s'", path);
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0700) < 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
			return error_set(error, errno, "cannot make '%s'", part);
	}
	return 0;
}

/* With sudo the variables may lead into another user's folders: nothing is put there. */
static int check_own(int fd, const char *path, struct stat *stat, struct error *error)
{
	if (fstat(fd, stat) < 0)
		return error_set(error, errno, "cannot look at '%s'", path);
	if (stat->st_uid != geteuid() || !S_ISREG(stat->st_mode)) {
		error_set(error, 0, "'%s' is not a file of this user's", path);
		error->errnum = EPERM;
		return -EPERM;
	}
	if ((stat->st_mode & 077) && fchmod(fd, 0600) < 0)
		return error_set(error, errno, "cannot make '%s' private", path);
	return 0;
}

static int check_directory(const char *path, struct error *error)
{
	const char *slash = strrchr(path, '/');
	CLEANUP(pointer_free)
	char *directory =
		slash && slash != path ? memory_text(path) : memory_text(slash ? "/" : ".");
	struct stat stat_;

	if (slash && slash != path)
		directory[slash - path] = '\0';
	if (stat(directory, &stat_) < 0)
		return error_set(error, errno, "cannot open '%s'", directory);
	if (stat_.st_uid == geteuid())
		return 0;
	error_set(error, 0, "'%s' belongs to another user (uid %u)", directory, stat_.st_uid);
	error->errnum = EPERM;
	return -EPERM;
}

/* Opens and locks what the path means now: another shell may just put a new file there. */
static int open_locked(const char *path, int *result, struct error *error)
{
	int64_t wait_ns = lock_wait_ns;

	for (;;) {
		CLEANUP(fd_close)
		int fd = open(path,
			      O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				      O_CLOEXEC,
			      0600);
		struct stat mine, now;
		int r;

		if (fd < 0)
			return error_set(error, errno, "cannot open '%s'", path);
		r = check_own(fd, path, &mine, error);
		if (r < 0)
			return r;
		r = state_lock(fd, &wait_ns);
		if (r < 0)
			return error_set(error, -r, "cannot lock '%s'", path);
		if (!stat(path, &now) && now.st_ino == mine.st_ino && now.st_dev == mine.st_dev) {
			*result = take_fd(&fd);
			return 0;
		}
	}
}

static int read_all(int fd, const char *path, struct text *text, struct error *error)
{
	struct stat stat;
	ssize_t n;

	if (fstat(fd, &stat) < 0)
		return error_set(error, errno, "cannot read '%s'", path);
	if (stat.st_size > FILE_MOST)
		return error_set(error, EFBIG, "cannot read '%s'", path);
	while ((n = pread(fd, text_room(text, 4096), 4096, (off_t)text->length)) > 0)
		text->length += (size_t)n;
	return n < 0 ? error_set(error, errno, "cannot read '%s'", path) : 0;
}

struct line {
	const char *bytes;
	size_t length, place;
};

static int by_text(const void *a, const void *b)
{
	const struct line *one = a, *other = b;
	size_t least = one->length < other->length ? one->length : other->length;
	int order = memcmp(one->bytes, other->bytes, least);

	if (!order)
		order = (one->length > other->length) - (one->length < other->length);
	/* Of equal ones the last stands first. */
	return order ? order : (one->place < other->place) - (one->place > other->place);
}

static int by_place(const void *a, const void *b)
{
	const struct line *one = a, *other = b;

	return (one->place > other->place) - (one->place < other->place);
}

/* The lines of a file, each where it stands last, the newest of them; whether any was left out. */
static bool fold(const struct text *file, struct line **result, size_t *result_count)
{
	struct line *lines = NULL;
	size_t count = 0, room = 0, kept = 0, all;
	const char *at = file->bytes, *end = at + file->length;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((stop ? stop : end) - at);

		if (length && !memchr(at, '\0', length))
			*array_add(&lines, &count, &room) = (struct line){ at, length, count };
		at += length + 1;
	}
	if (count)
		qsort(lines, count, sizeof(*lines), by_text);
	for (size_t i = 0; i < count; i++)
		if (!kept || lines[kept - 1].length != lines[i].length ||
		    memcmp(lines[kept - 1].bytes, lines[i].bytes, lines[i].length) != 0)
			lines[kept++] = lines[i];
	if (kept)
		qsort(lines, kept, sizeof(*lines), by_place);
	all = count;
	if (kept > HISTORY_MOST) {
		memmove(lines, lines + kept - HISTORY_MOST, HISTORY_MOST * sizeof(*lines));
		kept = HISTORY_MOST;
	}
	*result = lines;
	*result_count = kept;
	return kept < all;
}

/* Puts a new file in the place of the one that is locked. */
static int rewrite(const char *path, const struct line *lines, size_t count, struct error *error)
{
	CLEANUP(text_clear) struct text name = { 0 }, all = { 0 };
	CLEANUP(fd_close) int fd = -1;
	int r;

	text_printf(&name, "%s.new", path);
	for (size_t i = 0; i < count; i++) {
		text_put(&all, lines[i].bytes, lines[i].length);
		text_char(&all, '\n');
	}
	/* What a crash left there; only who has the lock makes it. */
	unlink(text_string(&name));
	fd = open(text_string(&name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(error, errno, "cannot make '%s'", name.bytes);
	r = state_write(fd, all.bytes, all.length);
	if (!r)
		r = state_sync(fd);
	if (!r && rename(name.bytes, path) < 0)
		r = -errno;
	if (!r)
		return 0;
	unlink(name.bytes);
	return error_set(error, -r, "cannot write '%s'", path);
}

int history_load(const char *path, struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	CLEANUP(text_clear) struct text file = { 0 };
	CLEANUP(pointer_free) struct line *lines = NULL;
	size_t count;
	bool was_folded;
	int r = make_directories(path, error);

	if (!r)
		r = check_directory(path, error);
	if (!r)
		r = open_locked(path, &fd, error);
	if (!r)
		r = read_all(fd, path, &file, error);
	if (r < 0)
		return r;
	was_folded = fold(&file, &lines, &count);
	for (size_t i = 0; i < count; i++) {
		char *line = strndup(lines[i].bytes, lines[i].length);

		if (line)
			add_history(line);
		free(line);
	}
	return was_folded ? rewrite(path, lines, count, error) : 0;
}

static int append(const char *line, const char *path, struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	CLEANUP(text_clear) struct text text = { 0 };
	char last = '\n';
	off_t size;
	int r = open_locked(path, &fd, error);

	if (r < 0)
		return r;
	/* What a crash cut short stays a line of its own. */
	size = lseek(fd, 0, SEEK_END);
	if (size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n')
		text_char(&text, '\n');
	text_puts(&text, line);
	text_char(&text, '\n');
	r = state_write(fd, text.bytes, text.length);
	return r < 0 ? error_set(error, -r, "cannot write '%s'", path) : 0;
}

static void forget(int place)
{
	HIST_ENTRY *entry = remove_history(place);

	if (entry)
		free_history_entry(entry);
}

int history_keep(const char *line, const char *path, struct error *error)
{
	HIST_ENTRY **list = history_list();

	if (!*line || *line == ' ' || *line == '\t' || strchr(line, '\n'))
		return 0;
	if (list && history_length && !strcmp(list[history_length - 1]->line, line))
		return 0;
	for (int i = history_length - 1; list && i >= 0; i--) {
		if (strcmp(list[i]->line, line) != 0)
			continue;
		forget(i);
		break;
	}
	add_history(line);
	if (history_length > HISTORY_MOST)
		forget(0);
	return path ? append(line, path, error) : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/save_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"

enum { NAME_TRIES = 16, USUAL_MODE = 0644 };

/* Opens the directory of `path`; `*name` becomes what is behind its last slash. */
static int open_directory(struct save_file *file, const char *path)
{
	CLEANUP(pointer_free) char *directory = memory_text(path);
	char *slash = strrchr(directory, '/');
	const char *name = slash ? slash + 1 : path;

	if (!*name)
		return -EISDIR;
	free(file->name);
	file->name = memory_text(name);
	if (slash)
		slash[slash == directory] = '\0';
	fd_close(&file->directory);
	file->directory = open(slash ? directory : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return file->directory < 0 ? -errno : 0;
}

/* Whether a link is one of those that fs.protected_symlinks is about. */
static bool is_planted(const struct save_file *file, const struct stat *link)
{
	struct stat directory;

	return fstat(file->directory, &directory) < 0 ||
	       (directory.st_mode & S_ISVTX && directory.st_mode & S_IWOTH &&
		link->st_uid != geteuid() && link->st_uid != directory.st_uid);
}

/* Finds what is to be replaced, through links; st_mode 0: there is nothing. */
static int find_target(struct save_file *file, struct stat *stat, struct error *error)
{
	CLEANUP(pointer_free) char *resolved = NULL;
	int r = open_directory(file, file->path);

	*stat = (struct stat){ 0 };
	if (!r && fstatat(file->directory, file->name, stat, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (r < 0 || !S_ISLNK(stat->st_mode))
		return r;
	if (is_planted(file, stat))
		return error_set(error, 0, "'%s' is somebody else's link", file->path);
	resolved = realpath(file->path, NULL);
	if (!resolved)
		return -errno;
	r = open_directory(file, resolved);
	return !r && fstatat(file->directory, file->name, stat, AT_SYMLINK_NOFOLLOW) < 0 ? -errno
											 : r;
}

/* Calls `make` with one name after another until it is a new one. */
static int with_fresh_name(struct save_file *file, int (*make)(struct save_file *file))
{
	int r = -EEXIST;

	for (int i = 0; r == -EEXIST && i < NAME_TRIES; i++) {
		unsigned int number = 0;

		if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
			number = (unsigned int)getpid() + (unsigned int)i;
		snprintf(file->fresh, sizeof(file->fresh), ".ovl-save-%08x", number);
		r = make(file);
	}
	if (r < 0)
		*file->fresh = '\0';
	return r;
}

static int make_named(struct save_file *file)
{
	file->fd = openat(file->directory, file->fresh,
			  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, USUAL_MODE);
	return file->fd < 0 ? -errno : 0;
}

static int give_name(struct save_file *file)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	return linkat(AT_FDCWD, path, file->directory, file->fresh, AT_SYMLINK_FOLLOW) < 0 ? -errno
											   : 0;
}

/* Where the file system has them: a file without a name, of which a crash leaves nothing. */
static int make_new(struct save_file *file)
{
	file->fd = openat(file->directory, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, USUAL_MODE);
	if (file->fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
		return -errno;
	return with_fresh_name(file, make_named);
}

static int open_target(struct save_file *file, struct error *error)
{
	struct stat stat;
	int r = find_target(file, &stat, error);

	if (r < 0)
		return r;
	if (S_ISDIR(stat.st_mode))
		return -EISDIR;
	file->in_place = S_ISCHR(stat.st_mode);
	if (file->in_place) {
		file->fd = openat(file->directory, file->name,
				  O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
		return file->fd < 0 ? -errno : 0;
	}
	if (stat.st_mode && !S_ISREG(stat.st_mode))
		return error_set(error, 0, "'%s' is no file", file->path);
	r = make_new(file);
	if (!r && stat.st_mode && fchmod(file->fd, stat.st_mode & 0777) < 0)
		r = -errno;
	return r;
}

int save_file_open(struct save_file *file, const char *path, struct error *error)
{
	int r;

	*file = (struct save_file){ .path = memory_text(path), .directory = -1, .fd = -1 };
	r = open_target(file, error);
	if (!r) {
		text_to_fd(&file->text, file->fd);
		return 0;
	}
	save_file_clear(file);
	return error->errnum ? r : error_set(error, -r, "cannot save to '%s'", path);
}

static int replace(struct save_file *file)
{
	int r = *file->fresh ? 0 : with_fresh_name(file, give_name);

	if (!r && renameat(file->directory, file->fresh, file->directory, file->name) < 0)
		r = -errno;
	if (!r)
		*file->fresh = '\0';
	return r;
}

int save_file_keep(struct save_file *file, struct error *error)
{
	int r = text_flush(&file->text);

	/* Some file systems tell that they are full no earlier. */
	if (!r && !file->in_place && fsync(file->fd) < 0)
		r = -errno;
	if (!r && !file->in_place)
		r = replace(file);
	if (r < 0)
		error_set(error, -r, "cannot save to '%s'", file->path);
	return r;
}

void save_file_clear(struct save_file *file)
{
	if (file->path) {
		if (*file->fresh)
			unlinkat(file->directory, file->fresh, 0);
		fd_close(&file->fd);
		fd_close(&file->directory);
	}
	text_clear(&file->text);
	free(file->name);
	free(file->path);
	*file = (struct save_file){ 0 };
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/sandbox_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

enum {
	LOCK_TRIES = 1000, /* 5 s */
	LOCK_PAUSE_NS = 5 * 1000 * 1000,
};

/*
 * Opens a directory that is the caller's own, and no link. -EINVAL when it is, but
 * somebody else may write to it.
 */
static int open_own(int parent, const char *name, const char *path, bool make, int *fd,
		    struct error *error)
{
	CLEANUP(fd_close) int directory = -1;
	struct stat stat;

	if (make && mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
		return error_set(error, errno, "cannot make '%s'", path);
	directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (directory < 0 || fstat(directory, &stat) < 0)
		return error_set(error, errno, "cannot open '%s'", path);
	if (stat.st_uid != geteuid()) {
		error_set(error, 0, "'%s' belongs to another user (uid %u)", path, stat.st_uid);
		error->errnum = EPERM;
		return -EPERM;
	}
	if (stat.st_mode & (S_IWGRP | S_IWOTH))
		return error_set(error, 0, "others may write to '%s' (chmod 0700)", path);
	*fd = take_fd(&directory);
	return 0;
}

/* PARENT/NAME/sandbox. */
static int open_place(const char *parent, const char *name, bool make, struct sandbox_store *store,
		      struct error *error)
{
	CLEANUP(fd_close) int top = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(fd_close) int ours = -1;
	int r;

	if (top < 0)
		return error_set(error, errno, "cannot open '%s'", parent);
	snprintf(store->path, sizeof(store->path), "%s/%s", parent, name);
	r = open_own(top, name, store->path, make, &ours, error);
	if (r < 0)
		return r;
	snprintf(store->path, sizeof(store->path), "%s/%s/sandbox", parent, name);
	return open_own(ours, "sandbox", store->path, make, &store->directory, error);
}

/*
 * Who is root in a user namespace has no right to /run, and with sudo the
 * variable is another user's: what cannot be used is passed over.
 */
static int open_first(bool make, struct sandbox_store *store, struct error *error)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int r = -ENOENT;
	char name[32];

	if (!geteuid())
		r = open_place("/run", "ovl", make, store, error);
	if (r < 0 && r != -EINVAL && runtime && *runtime == '/' &&
	    strlen(runtime) < sizeof(store->path) / 2)
		r = open_place(runtime, "ovl", make, store, error);
	if (!r || r == -EINVAL)
		return r;
	snprintf(name, sizeof(name), "ovl-%u", geteuid());
	return open_place("/tmp", name, make, store, error);
}

int sandbox_store_open(struct sandbox_store *store, bool make, struct error *error)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };
	int r;

	*store = (struct sandbox_store){ .directory = -1 };
	r = open_first(make, store, error);
	if (r == -ENOENT && !make) {
		error_clear(error);
		return 0;
	}
	if (r < 0)
		return r;
	for (int tries = 0; flock(store->directory, LOCK_EX | LOCK_NB) < 0; tries++) {
		r = errno;
		if (tries < LOCK_TRIES && (r == EWOULDBLOCK || r == EINTR)) {
			nanosleep(&pause, NULL);
			continue;
		}
		sandbox_store_close(store);
		if (r != EWOULDBLOCK)
			return error_set(error, r, "cannot lock '%s'", store->path);
		error_set(error, EBUSY, "another ovl keeps '%s' locked", store->path);
		error->exit = EXIT_BUSY;
		return -EBUSY;
	}
	return 0;
}

void sandbox_store_close(struct sandbox_store *store)
{
	fd_close(&store->directory);
	store->directory = -1;
}

static int open_file(const struct sandbox_store *store, const char *name)
{
	if (strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
		errno = ENOENT;
	else if (store->directory >= 0)
		return openat(store->directory, name,
			      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return -1;
}

struct sandbox_file sandbox_store_look(const struct sandbox_store *store, const char *name)
{
	CLEANUP(fd_close) int fd = open_file(store, name);
	struct sandbox_file file = { .state = SANDBOX_STRANGE };
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat stat;

	if (store->directory < 0 || (fd < 0 && (errno == ENOENT || errno == ENAMETOOLONG)))
		return (struct sandbox_file){ .state = SANDBOX_ABSENT };
	if (fd < 0 || fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode) ||
	    fcntl(fd, F_GETLK, &lock) < 0)
		return file;
	file.since = stat.st_mtime;
	file.state = lock.l_type == F_UNLCK ? SANDBOX_STALE : SANDBOX_LIVE;
	if (file.state == SANDBOX_LIVE && lock.l_pid > 0)
		file.pid = lock.l_pid;
	return file;
}

int sandbox_store_add(const struct sandbox_store *store, const char *name, int *fd,
		      struct error *error)
{
	*fd = openat(store->directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		     0600);
	if (*fd < 0)
		return error_set(error, errno, "sandbox '%s': cannot make its file in '%s'", name,
				 store->path);
	return 0;
}

int sandbox_store_keep(int fd, struct error *error)
{
	const struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_SETLK, &lock) < 0 ? error_set(error, errno, "cannot lock its file") : 0;
}

int sandbox_store_remove(const struct sandbox_store *store, const char *name, struct error *error)
{
	if (unlinkat(store->directory, name, 0) < 0 && errno != ENOENT)
		return error_set(error, errno, "sandbox '%s': cannot remove its file in '%s'", name,
				 store->path);
	return 0;
}

int sandbox_store_each(const struct sandbox_store *store,
		       int (*function)(void *cookie, const char *name), void *cookie,
		       struct error *error)
{
	int fd = store->directory < 0 ? -1 : fcntl(store->directory, F_DUPFD_CLOEXEC, 0);
	struct dirent *entry;
	DIR *directory;
	int r = 0;

	if (store->directory < 0)
		return 0;
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory) {
		r = error_set(error, errno, "cannot read '%s'", store->path);
		fd_close(&fd);
		return r;
	}
	/* The copy has its place in the directory in common with the first. */
	rewinddir(directory);
	while (!r && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = function(cookie, entry->d_name);
	closedir(directory);
	return r;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "kernel/process.h"

#ifndef SO_NETNS_COOKIE /* older than <asm/socket.h> of 5.14 */
#define SO_NETNS_COOKIE 71
#endif

enum {
	LOCK_PAUSE_NS = 5 * 1000 * 1000,
	BASE_MOST = STATE_PATH / 2, /* of a path that is not ours */
};

static int refuse_owner(const char *path, uid_t owner, struct error *error)
{
	error_set(error, 0, "'%s' belongs to another user (uid %u)", path, owner);
	error->errnum = EPERM;
	return -EPERM;
}

static int check_own(const char *path, const struct stat *stat, struct error *error)
{
	if (stat->st_uid != geteuid())
		return refuse_owner(path, stat->st_uid, error);
	if (stat->st_mode & (S_IWGRP | S_IWOTH))
		return error_set(error, 0, "others may write to '%s' (chmod go-w)", path);
	return 0;
}

/*
 * Opens a directory that is the caller's own, and no link. -ENOENT: it is missing,
 * must not be made, and could be.
 */
static int open_own(int parent, const char *name, bool make, struct state_directory *directory,
		    struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	struct stat stat;
	int r;

	if (make && mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
		return error_set(error, errno, "cannot make '%s'", directory->path);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && faccessat(parent, ".", W_OK, AT_EACCESS) < 0)
		errno = EACCES;
	if (fd < 0 || fstat(fd, &stat) < 0)
		return error_set(error, errno, "cannot open '%s'", directory->path);
	r = check_own(directory->path, &stat, error);
	if (!r)
		directory->fd = take_fd(&fd);
	return r;
}

/* BASE/NAME. What is above it is not ours, and may be links. */
static int open_in(const char *base, const char *name, bool make, struct state_directory *directory,
		   struct error *error)
{
	CLEANUP(fd_close) int parent = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (parent < 0)
		return error_set(error, errno == ENOENT ? ENOTDIR : errno, "cannot open '%s'",
				 base);
	snprintf(directory->path, sizeof(directory->path), "%s/%s", base, name);
	return open_own(parent, name, make, directory, error);
}

/*
 * What cannot be used is passed over: who is root in a user namespace has no right
 * to /run, and with sudo a variable is another user's.
 */
static bool is_passed_over(int r)
{
	return r < 0 && r != -ENOENT && r != -EINVAL;
}

/* NULL unless it is an absolute path: the XDG base directory specification ignores others. */
static const char *variable_path(const char *name)
{
	const char *value = secure_getenv(name);

	return value && *value == '/' && strlen(value) < BASE_MOST ? value : NULL;
}

/*
 * The directory a variable leads to. The end of the path that is missing is made,
 * or else it is -ENOENT; root makes nothing in another user's folders.
 */
static int prepare_base(const char *base, bool make, struct error *error)
{
	char path[STATE_PATH];
	struct stat stat;
	char *end;

	snprintf(path, sizeof(path), "%s", base);
	while (lstat(path, &stat) < 0) {
		end = strrchr(path, '/');
		if (errno != ENOENT || end == path)
			return error_set(error, errno == ENOENT ? EACCES : errno,
					 "cannot open '%s'", path);
		if (!make)
			return error_set(error, ENOENT, "cannot open '%s'", path);
		*end = '\0';
	}
	if (!geteuid() && stat.st_uid)
		return refuse_owner(path, stat.st_uid, error);
	while (strlen(path) < strlen(base)) {
		path[strlen(path)] = '/';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return error_set(error, errno, "cannot make '%s'", path);
	}
	return 0;
}

static int open_runtime(bool make, struct state_directory *directory, struct error *error)
{
	const char *runtime = variable_path("XDG_RUNTIME_DIR");
	char name[32];
	int r = -EACCES;

	if (!geteuid())
		r = open_in("/run", "ovl", make, directory, error);
	if (is_passed_over(r) && runtime && !access(runtime, F_OK)) {
		r = prepare_base(runtime, false, error);
		if (!r)
			r = open_in(runtime, "ovl", make, directory, error);
	}
	if (!is_passed_over(r))
		return r;
	snprintf(name, sizeof(name), "ovl-%u", geteuid());
	return open_in("/tmp", name, make, directory, error);
}

static int open_personal(bool make, struct state_directory *directory, struct error *error)
{
	const char *state = variable_path("XDG_STATE_HOME"), *home = variable_path("HOME");
	char base[STATE_PATH];
	int r;

	if (!state && !home)
		return error_set(error, ENOENT, "no XDG_STATE_HOME and no HOME to keep files in");
	snprintf(base, sizeof(base), "%s%s", state ? state : home, state ? "" : "/.local/state");
	r = prepare_base(base, make, error);
	return r < 0 ? r : open_in(base, "ovl", make, directory, error);
}

static int open_kept(bool make, struct state_directory *directory, struct error *error)
{
	int r = -EACCES;

	if (!geteuid())
		r = open_in("/var/lib", "ovl", make, directory, error);
	return is_passed_over(r) ? open_personal(make, directory, error) : r;
}

/* "netns-4711"; an inode, which may be given again, where the kernel has no cookies. */
static bool name_network(char name[STATE_NAME])
{
	CLEANUP(fd_close) int socket_fd = -1;
	uint64_t cookie;
	socklen_t length = sizeof(cookie);
	struct stat own;
	int is_with_init = process_is_with_init("net");

	/* Who has no right to look at pid 1's is in the machine's own, unless he is a sandbox's root. */
	if (is_with_init > 0 || (is_with_init < 0 && geteuid()) ||
	    stat("/proc/thread-self/ns/net", &own) < 0)
		return false;
	socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (socket_fd < 0 ||
	    getsockopt(socket_fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) < 0)
		cookie = own.st_ino;
	snprintf(name, STATE_NAME, "netns-%llu", (unsigned long long)cookie);
	return true;
}

static int open_below(struct state_directory *directory, const char *below, bool make,
		      struct error *error)
{
	CLEANUP(fd_close) int parent = directory->fd;
	size_t used = strlen(directory->path);

	directory->fd = -1;
	snprintf(directory->path + used, sizeof(directory->path) - used, "/%s", below);
	return open_own(parent, below, make, directory, error);
}

int state_open(enum state_place place, const char *below, bool make,
	       struct state_directory *directory, struct error *error)
{
	/* Of places that were passed over nothing is told. */
	struct error attempt = { 0 };
	char network[STATE_NAME];
	bool is_apart = place < STATE_SHARED && name_network(network);
	int r;

	*directory = (struct state_directory){ .fd = -1 };
	if (place == STATE_PERSONAL)
		r = open_personal(make, directory, &attempt);
	else if (place == STATE_KEPT && !is_apart)
		r = open_kept(make, directory, &attempt);
	else
		r = open_runtime(make, directory, &attempt);
	if (!r && is_apart)
		r = open_below(directory, network, make, &attempt);
	if (!r && is_apart && place == STATE_KEPT)
		r = open_below(directory, "kept", make, &attempt);
	if (!r && below)
		r = open_below(directory, below, make, &attempt);
	if (r == -ENOENT && !make)
		return 0;
	if (r < 0)
		*error = attempt;
	return r;
}

void state_close(struct state_directory *directory)
{
	fd_close(&directory->fd);
	directory->fd = -1;
}

int state_file(const struct state_directory *directory, const char *name, int flags, int *fd,
	       struct error *error)
{
	CLEANUP(fd_close) int file = -1;
	char path[STATE_PATH + NAME_MAX];
	struct stat stat;
	int r;

	snprintf(path, sizeof(path), "%s/%s", directory->path, name);
	errno = ENOENT;
	if (directory->fd >= 0)
		file = openat(directory->fd, name,
			      flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	if (file < 0 && errno == ELOOP)
		return error_set(error, 0, "'%s' is a link", path);
	if (file < 0 || fstat(file, &stat) < 0)
		return error_set(error, errno, "cannot open '%s'", path);
	if (!S_ISREG(stat.st_mode))
		return error_set(error, 0, "'%s' is no file", path);
	r = check_own(path, &stat, error);
	if (!r)
		*fd = take_fd(&file);
	return r;
}

int state_read(const struct state_directory *directory, const char *name, size_t most,
	       struct text *text, struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	size_t start = text->length;
	ssize_t got;
	int r = state_file(directory, name, O_RDONLY, &fd, error);

	if (r < 0)
		return r;
	do {
		got = read(fd, text_room(text, 16 * 1024), 16 * 1024);
		text->length += got > 0 ? (size_t)got : 0;
	} while ((got > 0 && text->length - start <= most) || (got < 0 && errno == EINTR));
	if (got < 0 || text->length - start > most)
		return error_set(error, got < 0 ? errno : EFBIG, "cannot read '%s/%s'",
				 directory->path, name);
	return 0;
}

int state_replace(const struct state_directory *directory, const char *name, const void *bytes,
		  size_t length, struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	char fresh[NAME_MAX + 1];
	int r;

	snprintf(fresh, sizeof(fresh), "%s.new", name);
	/* A crash may have left one. */
	unlinkat(directory->fd, fresh, 0);
	r = state_file(directory, fresh, O_WRONLY | O_CREAT | O_EXCL, &fd, error);
	if (r < 0)
		return r;
	r = state_write(fd, bytes, length);
	if (!r)
		r = state_sync(fd);
	if (!r && renameat(directory->fd, fresh, directory->fd, name) < 0)
		r = -errno;
	if (!r)
		r = state_sync(directory->fd);
	if (r < 0) {
		unlinkat(directory->fd, fresh, 0);
		return error_set(error, -r, "cannot write '%s/%s'", directory->path, name);
	}
	return 0;
}

int state_each(const struct state_directory *directory,
	       int (*function)(void *cookie, const char *name), void *cookie, struct error *error)
{
	int fd = directory->fd < 0 ? -1 : fcntl(directory->fd, F_DUPFD_CLOEXEC, 0);
	struct dirent *entry;
	DIR *stream;
	int r = 0;

	if (directory->fd < 0)
		return 0;
	stream = fd < 0 ? NULL : fdopendir(fd);
	if (!stream) {
		r = error_set(error, errno, "cannot read '%s'", directory->path);
		fd_close(&fd);
		return r;
	}
	/* The copy has its place in the directory in common with the first. */
	rewinddir(stream);
	while (!r && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = function(cookie, entry->d_name);
	closedir(stream);
	return r;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int state_lock(int fd, int64_t *wait_ns)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };
	const int64_t end = now_ns() + *wait_ns;
	int r;

	/* A lock that waits cannot be told how long. */
	do {
		r = flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
		*wait_ns = end - now_ns();
		if (r == -EWOULDBLOCK && *wait_ns > 0)
			nanosleep(&pause, NULL);
	} while (r == -EINTR || (r == -EWOULDBLOCK && *wait_ns > 0));
	return r;
}

int state_write(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length) {
		ssize_t done = write(fd, at, length);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			at += done;
			length -= (size_t)done;
		}
	}
	return 0;
}

int state_sync(int fd)
{
	int r;

	do
		r = fsync(fd);
	while (r < 0 && errno == EINTR);
	return r < 0 && errno != EINVAL && errno != EROFS ? -errno : 0;
}

int state_lab_file(const char *lab, const char *suffix, char name[STATE_NAME], struct error *error)
{
	if (!lab_check_name(lab))
		return error_usage(error, "'%s' is no lab's name: a-z, 0-9 and '-', %d at most",
				   lab, LAB_NAME_MOST);
	snprintf(name, STATE_NAME, "%s%s", lab, suffix);
	return 0;
}

struct labs_reading {
	struct state_labs *labs;
	const char *suffix;
};

static int add_lab(void *cookie, const char *name)
{
	const struct labs_reading *reading = cookie;
	struct state_labs *labs = reading->labs;
	size_t length = strlen(name), suffix = strlen(reading->suffix);
	char lab[LAB_NAME_MOST + 1];

	if (length <= suffix || length - suffix > LAB_NAME_MOST ||
	    strcmp(name + length - suffix, reading->suffix) != 0)
		return 0;
	snprintf(lab, sizeof(lab), "%.*s", (int)(length - suffix), name);
	if (lab_check_name(lab))
		memcpy(array_add(&labs->names, &labs->count, &labs->room), lab, sizeof(lab));
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

void state_labs_clear(struct state_labs *labs)
{
	free(labs->names);
	*labs = (struct state_labs){ 0 };
}

int state_labs_read(enum state_place place, const char *suffix, struct state_labs *labs,
		    struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	struct labs_reading reading = { labs, suffix };
	int r = state_open(place, NULL, false, &directory, error);

	state_labs_clear(labs);
	if (!r)
		r = state_each(&directory, add_lab, &reading, error);
	if (labs->count)
		qsort(labs->names, labs->count, sizeof(*labs->names), by_name);
	return r;
}

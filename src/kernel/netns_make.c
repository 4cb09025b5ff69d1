/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes and removes names below /run/netns, so that `ip netns` sees the same. */
#include "kernel/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/netns_file.h"
#include "kernel/process.h"

enum {
	LOCK_TRIES = 1000, /* 5 s */
	LOCK_PAUSE_NS = 5 * 1000 * 1000,
};

static int refused(struct error *error, int errnum, const char *what, const char *name)
{
	error_set(error, errnum, "netns '%s': cannot %s", name, what);
	if (errnum == EPERM)
		error_hint(error, " (needs CAP_SYS_ADMIN: run as root, or in a user namespace)");
	else if (errnum == EACCES)
		error_hint(error, " (run as root; in a user namespace, mount a tmpfs on /run)");
	else if (errnum == ENOSPC)
		error_hint(error, " (is /proc/sys/user/max_net_namespaces reached?)");
	return -errnum;
}

/* Before the first change, so that nothing half-done has to be taken back for want of a right. */
static int check_capability(const char *name, const char *what, struct error *error)
{
	return process_can(CAP_SYS_ADMIN) ? 0 : refused(error, EPERM, what, name);
}

/*
 * Locks /run/netns as ip does, so that nobody makes it shared or repairs a file
 * at the same time. ip waits for ever; a lock that is forgotten is told here.
 */
static int directory_lock(const char *name, int *lock, struct error *error)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };

	*lock = open(NETNS_DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*lock < 0)
		return refused(error, errno, "open " NETNS_DIRECTORY, name);
	for (int tries = 0; flock(*lock, LOCK_EX | LOCK_NB) < 0; tries++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return refused(error, errno, "lock " NETNS_DIRECTORY, name);
		if (tries == LOCK_TRIES) {
			error_set(error, EBUSY,
				  "netns '%s': another program keeps " NETNS_DIRECTORY " locked",
				  name);
			error->exit = EXIT_BUSY;
			return -EBUSY;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

/*
 * Makes /run/netns a mount of its own that is shared with the copies other
 * mount namespaces have of it: deleting a name frees the namespace there too
 * (mount_namespaces(7)). Private in between, for a new group of peers.
 */
static int directory_share(const char *name, struct error *error)
{
	if (!mount("", NETNS_DIRECTORY, "none", MS_SHARED, NULL))
		return 0;
	/* EINVAL: it is no mount yet. */
	if (errno == EINVAL &&
	    !mount(NETNS_DIRECTORY, NETNS_DIRECTORY, "none", MS_BIND | MS_REC, NULL) &&
	    !mount("", NETNS_DIRECTORY, "none", MS_PRIVATE | MS_REC, NULL) &&
	    !mount("", NETNS_DIRECTORY, "none", MS_SHARED | MS_REC, NULL))
		return 0;
	return refused(error, errno, "share the mount of " NETNS_DIRECTORY, name);
}

/* Makes the file that the namespace is mounted on, or takes over what a crash left. */
static int claim(int directory, const char *name, struct error *error)
{
	CLEANUP(fd_close)
	int file = openat(directory, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);
	CLEANUP(fd_close) int fd = -1;
	enum netns_state state;
	struct stat stat;
	int r;

	if (file >= 0)
		return 0;
	if (errno != EEXIST)
		return refused(error, errno, "make its file in " NETNS_DIRECTORY, name);
	r = netns_file_look(directory, name, &fd, &stat, &state);
	if (r < 0)
		return refused(error, -r, "open its file in " NETNS_DIRECTORY, name);
	if (state == NETNS_LEFTOVER)
		return 0;
	if (state == NETNS_LIVE)
		error_set(error, 0, "netns '%s': exists already", name);
	else
		error_set(error, 0, "netns '%s': " NETNS_DIRECTORY "/%s exists already: it is %s",
			  name, name, netns_file_type(&stat));
	error->errnum = EEXIST;
	return -EEXIST;
}

/* Mounts the namespace on its file and looks whether it is there. */
static int mount_on(int directory, const char *name, int fd, struct error *error)
{
	CLEANUP(fd_close) int made = -1;
	enum netns_state state;
	struct stat stat;
	char source[32], target[sizeof(NETNS_DIRECTORY) + NETNS_NAME_MOST + 1];
	int r;

	snprintf(source, sizeof(source), "/proc/self/fd/%d", fd);
	snprintf(target, sizeof(target), NETNS_DIRECTORY "/%.*s", NETNS_NAME_MOST, name);
	if (mount(source, target, "none", MS_BIND, NULL) < 0)
		return refused(error, errno, "mount it on its file in " NETNS_DIRECTORY, name);
	r = netns_file_look(directory, name, &made, &stat, &state);
	if (r < 0 || state != NETNS_LIVE || !netns_same(made, fd))
		return error_set(error, 0, "netns '%s': another program took %s meanwhile", name,
				 target);
	return 0;
}

int netns_refused_make(const char *name, int errnum, struct error *error)
{
	return refused(error, errnum, "make it", name);
}

int netns_hold(const char *name, int *directory, int *lock, struct error *error)
{
	int r = 0;

	if (mkdir(NETNS_DIRECTORY, 0755) < 0 && errno != EEXIST)
		return refused(error, errno, "make " NETNS_DIRECTORY, name);
	r = directory_lock(name, lock, error);
	if (!r)
		r = directory_share(name, error);
	/* The locked descriptor may be of the directory below the mount just made. */
	return r < 0 ? r : netns_directory(directory, error);
}

int netns_put_name(int directory, const char *name, int fd, struct error *error)
{
	int r = claim(directory, name, error);

	if (r < 0)
		return r;
	r = mount_on(directory, name, fd, error);
	/* Not when another program's namespace is there: a mount point is EBUSY. */
	if (r < 0)
		unlinkat(directory, name, 0);
	return r;
}

int netns_check_new(const char *name, const char *what, struct error *error)
{
	int r = netns_check_name(name, error);

	return r < 0 ? r : check_capability(name, what, error);
}

/* With fd -1 a new namespace. */
static int bind_name(const char *name, int fd, struct error *error)
{
	CLEANUP(fd_close) int directory = -1;
	CLEANUP(fd_close) int lock = -1;
	CLEANUP(fd_close) int fresh = -1;
	int r = netns_check_new(name, fd < 0 ? "make it" : "give it a name", error);

	if (r < 0)
		return r;
	/* Before the lock: while others are torn down it takes long, and more may be waiting. */
	if (fd < 0) {
		r = netns_new(&fresh, error);
		if (r < 0)
			return netns_refused_make(name, -r, error);
		fd = fresh;
	}
	r = netns_hold(name, &directory, &lock, error);
	return r < 0 ? r : netns_put_name(directory, name, fd, error);
}

int netns_add(const char *name, struct error *error)
{
	return bind_name(name, -1, error);
}

int netns_bind(const char *name, int fd, struct error *error)
{
	return bind_name(name, fd, error);
}

int netns_attach(const char *name, pid_t pid, struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	char process[24];
	int r = netns_check_name(name, error);

	if (r < 0)
		return r;
	snprintf(process, sizeof(process), "pid:%d", pid);
	r = netns_open(process, &fd, error);
	if (r < 0)
		return r;
	return bind_name(name, fd, error);
}

/* Whether the name may go: it is that of the namespace `known`, or of any, or of none any more. */
static int check_taken(int directory, const char *name, const struct stat *known,
		       struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	enum netns_state state;
	struct stat stat;
	int r;

	if (known && !fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) &&
	    stat.st_dev == known->st_dev && stat.st_ino == known->st_ino)
		return 0;
	r = netns_file_look(directory, name, &fd, &stat, &state);
	if (r == -ENOENT)
		return netns_unknown(name, error);
	if (r < 0)
		return refused(error, -r, "open it", name);
	if (state == NETNS_STRANGE)
		return netns_refuse_file(name, state, &stat, error);
	/* The one that was to go has no name any more. */
	if (known && state == NETNS_LIVE)
		return error_set(error, ENOENT, "netns '%s': another namespace has the name by now",
				 name);
	return 0;
}

int netns_take_name(int directory, const char *name, const struct stat *known, struct error *error)
{
	char target[sizeof(NETNS_DIRECTORY) + NAME_MAX + 1];
	int r = check_taken(directory, name, known, error);
	bool unmounted;

	if (!r)
		r = check_capability(name, "delete it", error);
	if (r < 0)
		return r;
	snprintf(target, sizeof(target), NETNS_DIRECTORY "/%.*s", NAME_MAX, name);
	/* More than one mount on a file occurs: it goes when the last one is gone. */
	do {
		unmounted = !umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW);
		/* EINVAL: there is none. */
		if (!unmounted && errno != EINVAL)
			return refused(error, errno, "unmount it", name);
		if (!unlinkat(directory, name, 0) || errno == ENOENT)
			return 0;
	} while (unmounted && errno == EBUSY);
	if (errno == EBUSY)
		return error_set(error, 0,
				 "netns '%s': it belongs to the outer user namespace and can be "
				 "deleted there only",
				 name);
	return refused(error, errno, "remove its file in " NETNS_DIRECTORY, name);
}

int netns_hold_old(const char *name, int *directory, int *lock, struct error *error)
{
	int r = netns_check_old_name(name, error);

	if (r < 0 || !strncmp(name, "pid:", 4) || !strcmp(name, ".") || !*name)
		return netns_check_name(name, error);
	r = netns_directory(directory, error);
	if (r == -ENOENT)
		return netns_unknown(name, error);
	return r < 0 ? r : directory_lock(name, lock, error);
}

int netns_delete(const char *name, struct error *error)
{
	CLEANUP(fd_close) int directory = -1;
	CLEANUP(fd_close) int lock = -1;
	int r = netns_hold_old(name, &directory, &lock, error);

	if (r < 0)
		return r;
	return netns_take_name(directory, name, NULL, error);
}

/* At a glance: a file that is not there, or that something is mounted on, is none. */
static bool may_be_leftover(const char *name)
{
	char path[sizeof(NETNS_DIRECTORY) + NAME_MAX + 1];
	struct statx found;

	snprintf(path, sizeof(path), NETNS_DIRECTORY "/%.*s", NAME_MAX, name);
	if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &found) < 0)
		return errno != ENOENT;
	return !(found.stx_attributes & found.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT);
}

static bool is_leftover(int directory, const char *name)
{
	CLEANUP(fd_close) int fd = -1;
	enum netns_state state;
	struct stat stat;

	return !netns_file_look(directory, name, &fd, &stat, &state) && state == NETNS_LEFTOVER;
}

int netns_remove_leftover(const char *name, struct error *error)
{
	CLEANUP(fd_close) int directory = -1;
	CLEANUP(fd_close) int lock = -1;
	struct error ignored = { 0 };
	int r;

	if (netns_check_old_name(name, &ignored) < 0 || !may_be_leftover(name) ||
	    netns_directory(&directory, &ignored) < 0 || !is_leftover(directory, name))
		return 0;
	r = directory_lock(name, &lock, error);
	/* Another program may have been about to mount it. */
	if (r < 0 || !is_leftover(directory, name))
		return r;
	if (unlinkat(directory, name, 0) < 0 && errno != ENOENT)
		return refused(error, errno, "remove its file in " NETNS_DIRECTORY, name);
	return 0;
}

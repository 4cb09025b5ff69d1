/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/lab_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

#define SUFFIX ".lock"

static pid_t holder_of(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
		return 0;
	/* 0 for one that has no pid here: fcntl_locking(2). */
	return lock.l_pid > 0 ? lock.l_pid : -1;
}

static int refuse_busy(const char *lab, int fd, struct error *error)
{
	pid_t pid = holder_of(fd);

	if (pid > 0)
		error_set(error, 0, "lab '%s': busy: another ovl (pid %d) is changing it", lab,
			  pid);
	else
		error_set(error, 0, "lab '%s': busy: another ovl is changing it", lab);
	error->errnum = EBUSY;
	error->exit = EXIT_BUSY;
	return -EBUSY;
}

/* Whether the file that was locked is still the one others look for. */
static bool is_in_place(const struct lab_lock *lock, int fd)
{
	struct stat ours, there;

	return !fstat(fd, &ours) &&
	       !fstatat(lock->directory.fd, lock->name, &there, AT_SYMLINK_NOFOLLOW) &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* 1: locked, but who had it before removed the file. */
static int try_once(struct lab_lock *lock, const char *lab, int64_t *wait_ns, struct error *error)
{
	const struct flock named = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	CLEANUP(fd_close) int fd = -1;
	char pid[16];
	int r = state_file(&lock->directory, lock->name, O_RDWR | O_CREAT, &fd, error);

	if (r < 0)
		return r;
	r = state_lock(fd, wait_ns);
	if (r == -EWOULDBLOCK)
		return refuse_busy(lab, fd, error);
	if (!r && !is_in_place(lock, fd))
		return 1;
	if (!r && fcntl(fd, F_SETLK, &named) < 0)
		r = -errno;
	if (r < 0)
		return error_set(error, -r, "cannot lock '%s/%s'", lock->directory.path,
				 lock->name);
	/* On a full disk the file says nothing, which is as good. */
	snprintf(pid, sizeof(pid), "%d\n", getpid());
	if (!ftruncate(fd, 0))
		state_write(fd, pid, strlen(pid));
	lock->fd = take_fd(&fd);
	lock->held = true;
	return 0;
}

int lab_claim_take(struct lab_lock *lock, const char *lab, const char *suffix, int64_t wait_ns,
		   struct error *error)
{
	int r;

	*lock = (struct lab_lock){ .fd = -1, .directory.fd = -1 };
	r = state_lab_file(lab, suffix, lock->name, error);
	if (!r)
		r = state_open(STATE_RUNTIME, NULL, true, &lock->directory, error);
	if (r < 0)
		return r;
	do
		r = try_once(lock, lab, &wait_ns, error);
	while (r > 0);
	if (r < 0)
		state_close(&lock->directory);
	return r;
}

int lab_lock_take(struct lab_lock *lock, const char *lab, struct error *error)
{
	return lab_claim_take(lock, lab, SUFFIX, STATE_LOCK_WAIT_NS, error);
}

void lab_lock_release(struct lab_lock *lock)
{
	if (!lock->held)
		return;
	/* Still locked: whoever waits finds that it is another file now. */
	if (is_in_place(lock, lock->fd))
		unlinkat(lock->directory.fd, lock->name, 0);
	fd_close(&lock->fd);
	state_close(&lock->directory);
	*lock = (struct lab_lock){ 0 };
}

pid_t lab_lock_holder(const char *lab)
{
	return lab_claim_holder(lab, SUFFIX);
}

pid_t lab_claim_holder(const char *lab, const char *suffix)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(fd_close) int fd = -1;
	struct error ignored = { 0 };
	char name[STATE_NAME];

	if (state_lab_file(lab, suffix, name, &ignored) < 0 ||
	    state_open(STATE_RUNTIME, NULL, false, &directory, &ignored) < 0 ||
	    state_file(&directory, name, O_RDONLY, &fd, &ignored) < 0)
		return 0;
	return holder_of(fd);
}

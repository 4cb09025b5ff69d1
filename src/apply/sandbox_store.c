/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/sandbox_store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

int sandbox_store_open(struct state_directory *store, bool make, struct error *error)
{
	int64_t wait_ns = STATE_LOCK_WAIT_NS;
	int r = state_open(STATE_SHARED, "sandbox", make, store, error);

	if (r < 0 || store->fd < 0)
		return r;
	r = state_lock(store->fd, &wait_ns);
	if (!r)
		return 0;
	state_close(store);
	if (r != -EWOULDBLOCK)
		return error_set(error, -r, "cannot lock '%s'", store->path);
	error_set(error, EBUSY, "another ovl keeps '%s' locked", store->path);
	error->exit = EXIT_BUSY;
	return -EBUSY;
}

static int open_file(const struct state_directory *store, const char *name)
{
	if (strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
		errno = ENOENT;
	else if (store->fd >= 0)
		return openat(store->fd, name,
			      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return -1;
}

struct sandbox_file sandbox_store_look(const struct state_directory *store, const char *name)
{
	CLEANUP(fd_close) int fd = open_file(store, name);
	struct sandbox_file file = { .state = SANDBOX_STRANGE };
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat stat;

	if (store->fd < 0 || (fd < 0 && (errno == ENOENT || errno == ENAMETOOLONG)))
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

int sandbox_store_add(const struct state_directory *store, const char *name, int *fd,
		      struct error *error)
{
	*fd = openat(store->fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
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

int sandbox_store_remove(const struct state_directory *store, const char *name, struct error *error)
{
	if (unlinkat(store->fd, name, 0) < 0 && errno != ENOENT)
		return error_set(error, errno, "sandbox '%s': cannot remove its file in '%s'", name,
				 store->path);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

/* What open(2) would give a new file. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t n = write(fd, bytes, length);

		if (n < 0 && errno != EINTR)
			return -errno;
		bytes += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) < 0 && errno != EINVAL && errno != EROFS ? -errno : 0;
}

static int fill(int fd, const char *target, const void *bytes, size_t length)
{
	struct stat before;
	mode_t mode = stat(target, &before) < 0 ? usual_mode() : before.st_mode & 07777;
	int r = write_all(fd, bytes, length);

	return !r && fchmod(fd, mode) < 0 ? -errno : r;
}

int file_replace(const char *path, const void *bytes, size_t length, struct error *error)
{
	CLEANUP(pointer_free) char *resolved = realpath(path, NULL);
	const char *target = resolved ? resolved : path;
	CLEANUP(fd_close) int fd = -1;
	char fresh[PATH_MAX];
	int r;

	if (snprintf(fresh, sizeof(fresh), "%s.XXXXXX", target) >= (int)sizeof(fresh))
		return error_set(error, ENAMETOOLONG, "cannot write '%s'", path);
	fd = mkstemp(fresh);
	if (fd < 0)
		return error_set(error, errno, "cannot write '%s'", path);
	r = fill(fd, target, bytes, length);
	if (!r && rename(fresh, target) < 0)
		r = -errno;
	if (!r)
		return 0;
	unlink(fresh);
	return error_set(error, -r, "cannot write '%s'", path);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/places.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534, FAILED = 1, SKIPPED = 77 };

static char folder[] = "/tmp/ovl-test-XXXXXX";
static bool is_root;

static void need(bool holds, const char *what, int status)
{
	if (holds)
		return;
	perror(what);
	exit(status);
}

const char *places_path(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

int places_make(void **state)
{
	(void)state;
	need(mkdtemp(folder), "mkdtemp", SKIPPED);
	is_root = !geteuid();
	if (is_root) {
		need(!chown(folder, NOBODY, NOBODY), "chown", SKIPPED);
		need(!setegid(NOBODY) && !seteuid(NOBODY), "seteuid", SKIPPED);
	}
	need(!mkdir(places_path("run"), 0700), "mkdir", SKIPPED);
	setenv("XDG_RUNTIME_DIR", places_path("run"), 1);
	setenv("XDG_STATE_HOME", places_path("state/home"), 1);
	return 0;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *at)
{
	(void)stat;
	(void)type;
	(void)at;
	return remove(path);
}

int places_remove(void **state)
{
	(void)state;
	places_as_root(true);
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

bool places_as_root(bool root)
{
	return is_root && !seteuid(root ? 0 : NOBODY);
}

void places_read(const char *name, void *bytes, size_t length)
{
	int fd = open(places_path(name), O_RDONLY | O_CLOEXEC);

	need(fd >= 0 && read(fd, bytes, length) == (ssize_t)length && !close(fd), name, FAILED);
}

void places_write(const char *name, const void *bytes, size_t length)
{
	int fd = open(places_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	need(fd >= 0 && write(fd, bytes, length) == (ssize_t)length && !close(fd), name, FAILED);
}

off_t places_length(const char *name)
{
	struct stat found;

	return lstat(places_path(name), &found) < 0 ? -1 : found.st_size;
}

void places_flip(const char *name, off_t at)
{
	int fd = open(places_path(name), O_RDWR | O_CLOEXEC);
	char byte = 0;

	need(fd >= 0 && pread(fd, &byte, 1, at) == 1, name, FAILED);
	byte ^= 0x10;
	need(pwrite(fd, &byte, 1, at) == 1 && !close(fd), name, FAILED);
}

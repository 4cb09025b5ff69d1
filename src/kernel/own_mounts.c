/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/own_mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

int mount_again(int from, int to, const char *name)
{
	char source[PATH_MAX], target[PATH_MAX];

	snprintf(source, sizeof(source), "/proc/self/fd/%d/%.*s", from, NAME_MAX, name);
	snprintf(target, sizeof(target), "/proc/self/fd/%d/%.*s", to, NAME_MAX, name);
	return mount(source, target, "none", MS_BIND | MS_REC, NULL);
}

/* What vanishes meanwhile, or cannot be shown, is missing inside; nobody minds. */
static void show_again(int from, int to, const char *name)
{
	CLEANUP(fd_close) int file = -1;
	struct stat stat;
	char link[PATH_MAX] = "";
	bool made;

	if (fstatat(from, name, &stat, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return;
	if (S_ISLNK(stat.st_mode)) {
		made = readlinkat(from, name, link, sizeof(link) - 1) > 0 &&
		       !symlinkat(link, to, name);
		(void)made;
		return;
	}
	if (S_ISDIR(stat.st_mode)) {
		made = !mkdirat(to, name, 0755);
	} else {
		file = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		made = file >= 0;
	}
	if (made && mount_again(from, to, name) < 0)
		unlinkat(to, name, S_ISDIR(stat.st_mode) ? AT_REMOVEDIR : 0);
}

static int mount_empty(const char *path, mode_t mode)
{
	char options[16];

	snprintf(options, sizeof(options), "mode=%o", mode & 07777);
	return mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

static void directory_close(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

/*
 * A copy of the directory that may be written to, on top of it: the same
 * files, each where it was.
 */
static int mount_copy(const char *path)
{
	CLEANUP(directory_close) DIR *old = opendir(path);
	CLEANUP(fd_close) int fresh = -1;
	struct dirent *entry;
	struct stat stat;

	if (!old || fstat(dirfd(old), &stat) < 0 || mount_empty(path, stat.st_mode) < 0)
		return -errno;
	fresh = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fresh < 0)
		return -errno;
	while ((entry = readdir(old)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			show_again(dirfd(old), fresh, entry->d_name);
	return 0;
}

/*
 * Gives PARENT/NAME a file system of its own. Where there is no such directory
 * and the caller has no right to make one, the parent becomes a copy of itself.
 */
static int mount_own(const char *parent, const char *name, mode_t mode, struct error *error)
{
	char path[PATH_MAX];
	int r = 0;

	snprintf(path, sizeof(path), "%s/%s", parent, name);
	if (mkdir(path, mode) < 0 && errno != EEXIST) {
		r = errno == EACCES || errno == EPERM || errno == EROFS ? mount_copy(parent)
									: -errno;
		if (!r && mkdir(path, mode) < 0 && errno != EEXIST)
			r = -errno;
	}
	if (!r && mount_empty(path, mode) < 0)
		r = -errno;
	return r < 0 ? error_set(error, -r, "cannot give it a '%s' of its own", path) : 0;
}

/* A place below the machine's where it would be there too; without it nothing gets mixed up. */
static void mount_own_runtime(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char path[PATH_MAX];

	if (!runtime || *runtime != '/')
		return;
	snprintf(path, sizeof(path), "%s/ovl", runtime);
	if (!mkdir(path, 0700) || errno == EEXIST)
		mount_empty(path, 0700);
}

int mount_own_places(struct error *error)
{
	int r = mount_own("/run", "netns", 0755, error);

	if (!r)
		r = mount_own("/run", "ovl", 0700, error);
	/* Where there is no such folder files would be kept in the user's own, which is outside. */
	if (!r && !access("/var", F_OK) && access("/var/lib", F_OK) < 0)
		r = mount_own("/var", "lib", 0755, error);
	if (!r && !access("/var/lib", F_OK))
		r = mount_own("/var/lib", "ovl", 0700, error);
	mount_own_runtime();
	return r;
}

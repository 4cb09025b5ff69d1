/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/sandbox_inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

static int write_line(const char *path, const char *line, struct error *error)
{
	CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		return error_set(error, errno, "cannot write '%s'", path);
	return 0;
}

/*
 * One id each: more may be given by a privileged program only (newuidmap(1)). That
 * root needs a capability is since 5.12: user_namespaces(7).
 */
static int map_ids(uid_t uid, gid_t gid, struct error *error)
{
	char users[32], groups[32];
	int r;

	snprintf(users, sizeof(users), "0 %u 1", uid);
	snprintf(groups, sizeof(groups), "0 %u 1", gid);
	/* Else leaving a group could grant what the group is denied: user_namespaces(7). */
	r = write_line("/proc/self/setgroups", "deny", error);
	if (!r) {
		r = write_line("/proc/self/uid_map", users, error);
		if (r == -EPERM && !uid)
			error_hint(error,
				   " (root needs CAP_SETFCAP for it; an ordinary user does not)");
	}
	if (!r)
		r = write_line("/proc/self/gid_map", groups, error);
	return r;
}

/* What is mounted at one path appears at the other, with all below it. */
static int bind_below(int from, int to, const char *name)
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
	if (made && bind_below(from, to, name) < 0)
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

/*
 * A sysfs shows the network namespace it was mounted in. What is mounted below
 * the old one (cgroups …) belongs to no network and is shown again. Without
 * rights, as in a container, /sys stays what it was.
 */
static void mount_sys(void)
{
	static const char *const kept[] = { "fs/cgroup", "fs/bpf", "kernel/debug",
					    "kernel/security", "kernel/tracing" };
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	CLEANUP(fd_close) int old = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(fd_close) int fresh = -1;
	struct stat top, stat;

	if (old < 0 || fstat(old, &top) < 0 ||
	    (mount("sysfs", "/sys", "sysfs", flags, NULL) < 0 &&
	     mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY, NULL) < 0))
		return;
	fresh = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; fresh >= 0 && i < sizeof(kept) / sizeof(*kept); i++)
		if (!fstatat(old, kept[i], &stat, AT_NO_AUTOMOUNT) && stat.st_dev != top.st_dev)
			bind_below(old, fresh, kept[i]);
}

static int mount_all(struct error *error)
{
	int r;

	/*
	 * Nothing gets out. What others unmount goes away here too, as a network
	 * namespace would else live on that they delete: mount_namespaces(7).
	 */
	if (mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return error_set(error, errno, "cannot keep mounts inside");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		r = error_set(error, errno, "cannot mount a /proc of its own");
		/* user_namespaces(7): only where all of an old one is seen. */
		if (r == -EPERM)
			error_hint(error, " (parts of /proc are hidden here, as in a container: "
					  "start that with --privileged, or with "
					  "--security-opt systempaths=unconfined)");
		return r;
	}
	mount_sys();
	r = mount_own("/run", "netns", 0755, error);
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

/* A machine whose lo is down is not what anybody expects: 127.0.0.1 answers. */
static int raise_loopback(struct error *error)
{
	CLEANUP(fd_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo" };

	request.ifr_flags = IFF_UP;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return error_set(error, errno, "cannot set lo up");
	return 0;
}

int sandbox_furnish(bool maps_ids, uid_t uid, gid_t gid, struct error *error)
{
	int r = maps_ids ? map_ids(uid, gid, error) : 0;

	if (!r)
		r = mount_all(error);
	if (!r)
		r = raise_loopback(error);
	return r;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/sandbox_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/own_mounts.h"

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
			mount_again(old, fresh, kept[i]);
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
	return mount_own_places(error);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/sandbox_forbidden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

struct setting {
	const char *path;   /* below /proc/sys */
	const char *name;   /* for sysctl(8) */
	char forbids;       /* its value when it forbids */
	bool user;          /* only user namespaces */
	const char *remedy; /* what root runs */
	const char *other;  /* another way */
};

/* clang-format off */
static const struct setting settings[] = {
	/* Debian and Arch. */
	{ "/proc/sys/kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone", '0', true,
	  "sysctl kernel.unprivileged_userns_clone=1", "" },
	/* Ubuntu from 23.10 on. */
	{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
	  "kernel.apparmor_restrict_unprivileged_userns", '1', true,
	  "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
	  ", or an AppArmor profile that grants ovl 'userns'" },
	/* namespaces(7) */
	{ "/proc/sys/user/max_user_namespaces", "user.max_user_namespaces", '0', true,
	  "sysctl user.max_user_namespaces=10000", "" },
	{ "/proc/sys/user/max_net_namespaces", "user.max_net_namespaces", '0', false,
	  "sysctl user.max_net_namespaces=10000", "" },
	{ "/proc/sys/user/max_mnt_namespaces", "user.max_mnt_namespaces", '0', false,
	  "sysctl user.max_mnt_namespaces=10000", "" },
	{ "/proc/sys/user/max_pid_namespaces", "user.max_pid_namespaces", '0', false,
	  "sysctl user.max_pid_namespaces=10000", "" },
	{ "/proc/sys/user/max_uts_namespaces", "user.max_uts_namespaces", '0', false,
	  "sysctl user.max_uts_namespaces=10000", "" },
};
/* clang-format on */

static bool is_in_force(const struct setting *setting)
{
	CLEANUP(fd_close) int fd = open(setting->path, O_RDONLY | O_CLOEXEC);
	char value[16] = "";

	return fd >= 0 && read(fd, value, sizeof(value) - 1) > 0 && *value == setting->forbids &&
	       (value[1] == '\n' || !value[1]);
}

bool sandbox_blame(bool user, struct error *error)
{
	for (const struct setting *s = settings; s < settings + sizeof(settings) / sizeof(*s);
	     s++) {
		if ((s->user && !user) || !is_in_force(s))
			continue;
		error_hint(error, ": %s is %c here (as root: %s%s%s)", s->name, s->forbids,
			   s->remedy, s->other, s->user ? "; or run ovl as root" : "");
		return true;
	}
	return false;
}

int sandbox_forbidden(bool user, int errnum, struct error *error)
{
	error_set(error, errnum,
		  user ? "cannot make a user namespace with others in it"
		       : "cannot make its namespaces");
	if (sandbox_blame(user, error))
		return -errnum;
	switch (errnum) {
	case EPERM:
	case EACCES:
		error_hint(error,
			   user ? " (forbidden by a seccomp filter or a security module, as in "
				  "a container, or for who is in a chroot: run ovl as root, a "
				  "container with --privileged)"
				: " (forbidden by a seccomp filter or a security module: run a "
				  "container with --privileged)");
		break;
	case ENOSPC:
	case EUSERS:
		error_hint(error,
			   " (a limit of /proc/sys/user/max_*_namespaces is reached, of this or "
			   "an outer user namespace, or user namespaces are nested too deep)");
		break;
	case EINVAL:
		error_hint(error, " (the kernel is built without: CONFIG_USER_NS, CONFIG_NET_NS, "
				  "CONFIG_PID_NS)");
		break;
	}
	return -errnum;
}

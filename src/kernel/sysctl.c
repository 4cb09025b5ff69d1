/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/sysctl.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "model/sysctl.h"

enum { KEY_MOST = 256, VALUE_MOST = 4096 };

struct visit {
	struct names *names;
	struct sysctl_value *values;
	size_t count;
};

/* net.ipv4.ip_forward -> /proc/sys/net/ipv4/ip_forward; '/' and '.' change places (sysctl.d(5)). */
static bool path_of(const char *key, char path[KEY_MOST])
{
	static const char root[] = "/proc/sys/";
	size_t length = strlen(key), start = sizeof(root) - 1;
	char between = key[strcspn(key, "./")];
	struct error ignored = { 0 };

	if (length + start >= KEY_MOST || sysctl_check_key(key, &ignored) < 0)
		return false;
	memcpy(path, root, start);
	for (size_t i = 0; i <= length; i++)
		path[start + i] = between == '/'  ? key[i]
				  : key[i] == '.' ? '/'
				  : key[i] == '/' ? '.'
						  : key[i];
	return true;
}

/* Several numbers stand with tabs between, and a newline ends them. */
static size_t one_line(char *value, size_t length)
{
	size_t end = 0;

	for (size_t i = 0; i < length; i++) {
		if (!isspace((unsigned char)value[i]))
			value[end++] = value[i];
		else if (end && value[end - 1] != ' ')
			value[end++] = ' ';
	}
	return end && value[end - 1] == ' ' ? end - 1 : end;
}

static void read_one(struct names *names, struct sysctl_value *value)
{
	char path[KEY_MOST], bytes[VALUE_MOST];
	CLEANUP(fd_close) int fd = -1;
	ssize_t length;

	value->value = 0;
	if (!path_of(names_text(names, value->key), path))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	length = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	if (length > 0)
		value->value = names_id(names, bytes, one_line(bytes, (size_t)length));
}

static int read_all(void *cookie, struct error *error)
{
	struct visit *visit = cookie;

	(void)error;
	for (size_t i = 0; i < visit->count; i++)
		read_one(visit->names, &visit->values[i]);
	return 0;
}

int sysctl_read(struct kernel *kernel, uint32_t netns, struct sysctl_value *values, size_t count,
		struct error *error)
{
	struct visit visit = { kernel->names, values, count };
	int fd, r;

	if (!netns)
		return read_all(&visit, error);
	r = kernel_netns_fd(kernel, netns, &fd, error);
	return r < 0 ? r : netns_visit(fd, read_all, &visit, error);
}

static int write_one(struct names *names, const struct sysctl_value *value, struct error *error)
{
	const char *key = names_text(names, value->key), *text = names_text(names, value->value);
	char path[KEY_MOST];
	CLEANUP(fd_close) int fd = -1;

	if (!path_of(key, path))
		return error_usage(error, "sysctl '%s': there is no such setting", key);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		int errnum = errno;

		error_set(error, errnum, "sysctl '%s': cannot set it to '%s'", key, text);
		return errnum == ENOENT ? error_hint(error, " (this kernel has no such setting)")
					: -error->errnum;
	}
	return 0;
}

static int write_all(void *cookie, struct error *error)
{
	struct visit *visit = cookie;
	int r = 0;

	for (size_t i = 0; !r && i < visit->count; i++)
		r = write_one(visit->names, &visit->values[i], error);
	return r;
}

int sysctl_write(struct kernel *kernel, uint32_t netns, const struct sysctl_value *values,
		 size_t count, struct error *error)
{
	struct visit visit = { kernel->names, NULL, count };
	int fd, r;

	memcpy(&visit.values, &values, sizeof(visit.values));
	if (!netns)
		return write_all(&visit, error);
	r = kernel_netns_fd(kernel, netns, &fd, error);
	return r < 0 ? r : netns_visit(fd, write_all, &visit, error);
}

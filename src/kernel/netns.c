/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From names of network namespaces to descriptors and back. Names are made and
 * removed in netns_make.c.
 */
#include "kernel/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/words.h"
#include "kernel/netns_file.h"

/* As error_set() and error_usage(), with an errno for the caller that is not told the user. */
static int with_errnum(struct error *error, int errnum)
{
	error->errnum = errnum;
	return -errnum;
}

int netns_check_name(const char *name, struct error *error)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-";
	size_t length = strlen(name);

	if (length > NETNS_NAME_MOST)
		return error_usage(error, "netns '%s': a name has at most %d characters", name,
				   NETNS_NAME_MOST);
	if (!length || strspn(name, allowed) != length || *name == '.' || *name == '-')
		return error_usage(error,
				   "netns '%s': a name has letters, digits, '_', '.' and '-', and "
				   "begins with none of the last two",
				   name);
	return 0;
}

int netns_check_old_name(const char *name, struct error *error)
{
	if (strchr(name, '/') || strlen(name) > NAME_MAX || !strcmp(name, ".."))
		return netns_check_name(name, error);
	return 0;
}

int netns_directory(int *fd, struct error *error)
{
	*fd = open(NETNS_DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0)
		return error_set(error, errno, "cannot open " NETNS_DIRECTORY);
	return 0;
}

/* All namespaces are on one filesystem: its device is remembered, and not asked for each. */
static bool is_on_nsfs(int fd, const struct stat *stat)
{
	static _Atomic dev_t nsfs;
	struct statfs filesystem;

	if (nsfs && stat->st_dev == nsfs)
		return true;
	if (fd < 0 || fstatfs(fd, &filesystem) < 0 || filesystem.f_type != NSFS_MAGIC)
		return false;
	nsfs = stat->st_dev;
	return true;
}

static bool is_netns(int fd, struct stat *stat)
{
	return !fstat(fd, stat) && is_on_nsfs(fd, stat) && ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

/* Without opening it, which has effects on a FIFO or a device. */
static bool is_namespace(int directory, const char *name, const struct stat *stat)
{
	CLEANUP(fd_close) int path = -1;
	struct stat opened;

	if (is_on_nsfs(-1, stat))
		return true;
	path = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return path >= 0 && !fstat(path, &opened) && is_on_nsfs(path, &opened);
}

/* Looks at a file and, when it is a namespace, opens it (*fd is -1 otherwise). */
int netns_file_look(int directory, const char *name, int *fd, struct stat *stat,
		    enum netns_state *state)
{
	CLEANUP(fd_close) int file = -1;

	if (fstatat(directory, name, stat, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	*fd = -1;
	*state = S_ISREG(stat->st_mode) && !stat->st_size ? NETNS_LEFTOVER : NETNS_STRANGE;
	if (!is_namespace(directory, name, stat))
		return 0;
	*state = NETNS_STRANGE;
	file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	if (!is_netns(file, stat))
		return 0;
	*state = NETNS_LIVE;
	*fd = take_fd(&file);
	return 0;
}

const char *netns_file_type(const struct stat *stat)
{
	switch (stat->st_mode & S_IFMT) {
	case S_IFREG:
		return stat->st_size ? "a plain file" : "a namespace of another type";
	case S_IFIFO:
		return "a FIFO";
	case S_IFLNK:
		return "a symbolic link, which is not followed";
	case S_IFDIR:
		return "a directory";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

int netns_refuse_file(const char *name, enum netns_state state, const struct stat *stat,
		      struct error *error)
{
	if (state == NETNS_LEFTOVER)
		return error_usage(error,
				   "netns '%s': " NETNS_DIRECTORY "/%s is an empty file without a "
				   "namespace, left by a crash ('netns del %s' removes it)",
				   name, name, name);
	return error_usage(error,
			   "netns '%s': " NETNS_DIRECTORY "/%s is no network namespace but %s",
			   name, name, netns_file_type(stat));
}

int netns_unknown(const char *name, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files files = { 0 };
	size_t distance = SIZE_MAX;
	const char *nearest = NULL;

	if (netns_list(&files, error) < 0)
		error_clear(error);
	for (size_t i = 0; i < files.count; i++)
		if (files.items[i].state == NETNS_LIVE)
			words_nearer(name, files.items[i].name, &nearest, &distance);
	error_usage(error, "netns '%s': there is no such namespace", name);
	/* Where a link goes, ip(8) takes a bare number for a process; elsewhere nothing does. */
	if (*name && !name[strspn(name, "0123456789")])
		error_hint(error, " (a process is pid:%s)", name);
	else
		words_suggest(error, name, nearest, distance);
	return with_errnum(error, ENOENT);
}

static int open_process(const char *name, int *fd, struct error *error)
{
	const char *digits = name + strlen("pid:");
	size_t length = strspn(digits, "0123456789");
	CLEANUP(fd_close) int file = -1;
	struct stat stat;
	char path[64];

	if (!length || length > 10 || digits[length] || *digits == '0')
		return error_usage(error, "netns '%s': a process id is expected after 'pid:'",
				   name);
	snprintf(path, sizeof(path), "/proc/%s/ns/net", digits);
	file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (file < 0 && (errno == ENOENT || errno == ESRCH)) {
		error_usage(error, "netns '%s': there is no such process", name);
		return with_errnum(error, ENOENT);
	}
	if (file < 0) {
		error_set(error, errno, "netns '%s': cannot open it", name);
		if (error->errnum == EACCES || error->errnum == EPERM)
			error_hint(error, " (needs CAP_SYS_PTRACE for processes of others)");
		return -error->errnum;
	}
	if (!is_netns(file, &stat))
		return error_set(error, 0, "netns '%s': %s is no network namespace", name, path);
	*fd = take_fd(&file);
	return 0;
}

static int open_own(int *fd, struct error *error)
{
	*fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_set(error, errno, "cannot open the own network namespace in /proc");
	return 0;
}

int netns_open(const char *name, int *fd, struct error *error)
{
	CLEANUP(fd_close) int directory = -1;
	enum netns_state state;
	struct stat stat;
	int opened, r;

	if (!*name || !strcmp(name, "."))
		return open_own(fd, error);
	if (!strncmp(name, "pid:", 4))
		return open_process(name, fd, error);
	r = netns_check_old_name(name, error);
	if (r < 0)
		return r;
	r = netns_directory(&directory, error);
	if (r < 0 && r != -ENOENT)
		return r;
	if (!r)
		r = netns_file_look(directory, name, &opened, &stat, &state);
	if (r == -ENOENT && netns_check_name(name, error) < 0)
		return -error->errnum;
	if (r == -ENOENT)
		return netns_unknown(name, error);
	if (r < 0)
		return error_set(error, -r, "netns '%s': cannot open it", name);
	if (state != NETNS_LIVE) {
		r = netns_refuse_file(name, state, &stat, error);
		/* There is no such namespace, and one may be made. */
		return state == NETNS_LEFTOVER ? with_errnum(error, ENOENT) : r;
	}
	*fd = opened;
	return 0;
}

bool netns_may_be(const char *name)
{
	char path[sizeof(NETNS_DIRECTORY) + NAME_MAX + 1];
	struct stat stat;

	if (!*name || !strcmp(name, ".") || !strncmp(name, "pid:", 4) || strlen(name) > NAME_MAX)
		return true;
	snprintf(path, sizeof(path), NETNS_DIRECTORY "/%s", name);
	return !lstat(path, &stat) || errno != ENOENT;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool netns_same(int a, int b)
{
	struct stat left, right;

	return !fstat(a, &left) && !fstat(b, &right) && is_same_file(&left, &right);
}

bool netns_is_called(const struct stat *netns, const char *name)
{
	bool is_process = !strncmp(name, "pid:", 4);
	struct stat called;
	char path[sizeof(NETNS_DIRECTORY) + NAME_MAX + 1];

	if (is_process)
		snprintf(path, sizeof(path), "/proc/%.20s/ns/net", name + 4);
	else
		snprintf(path, sizeof(path), NETNS_DIRECTORY "/%s", name);
	/* The link in /proc is one that is followed. */
	return !fstatat(AT_FDCWD, path, &called, is_process ? 0 : AT_SYMLINK_NOFOLLOW) &&
	       is_same_file(netns, &called);
}

void netns_files_clear(struct netns_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->items[i].name);
	free(files->items);
	*files = (struct netns_files){ 0 };
}

static int by_name(const void *a, const void *b)
{
	const struct netns_file *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/* What says nothing about the file: a list without it would be taken for its absence. */
static bool is_for_want(int r)
{
	return r == -EMFILE || r == -ENFILE || r == -ENOMEM || r == -EINTR;
}

static void add_file(struct netns_files *files, const char *name, enum netns_state state,
		     const struct stat *stat)
{
	*array_add(&files->items, &files->count, &files->room) =
		(struct netns_file){ memory_text(name), state, stat->st_dev, stat->st_ino };
}

/* Adds the file unless it is gone; with `wanted` only when it is that namespace. */
static int list_file(struct netns_files *files, int directory, const char *name,
		     const struct stat *wanted)
{
	CLEANUP(fd_close) int fd = -1;
	enum netns_state state = NETNS_STRANGE;
	struct stat stat = { 0 };
	int r;

	/* One of a thousand is wanted: the others need not be opened. */
	if (wanted && !fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) &&
	    !is_same_file(&stat, wanted))
		return 0;
	r = netns_file_look(directory, name, &fd, &stat, &state);
	if (r == -ENOENT)
		return 0;
	if (is_for_want(r))
		return r;
	/* Such a name means a process everywhere else. */
	if (r < 0 || !strncmp(name, "pid:", 4))
		state = NETNS_STRANGE;
	if (wanted && (state != NETNS_LIVE || !is_same_file(&stat, wanted)))
		return 0;
	add_file(files, name, state, &stat);
	return 0;
}

/* Adds the file when it is on the filesystem of the namespaces, as `known` is. */
static int glance_at_file(struct netns_files *files, int directory, const char *name,
			  const struct stat *known)
{
	struct stat stat;

	if (!fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) && stat.st_dev == known->st_dev &&
	    strncmp(name, "pid:", 4) != 0)
		add_file(files, name, NETNS_LIVE, &stat);
	return 0;
}

static int list_name(struct netns_files *files, int directory, const char *name,
		     const struct stat *nothing)
{
	(void)directory;
	(void)nothing;
	add_file(files, name, NETNS_STRANGE, &(struct stat){ 0 });
	return 0;
}

static void stream_close(DIR **stream)
{
	if (*stream)
		closedir(*stream);
}

typedef int file_function(struct netns_files *files, int directory, const char *name,
			  const struct stat *stat);

static int list(struct netns_files *files, file_function *function, const struct stat *stat,
		struct error *error)
{
	CLEANUP(stream_close) DIR *stream = NULL;
	struct dirent *entry;
	int fd, r = netns_directory(&fd, error);

	if (r == -ENOENT) {
		error_clear(error);
		netns_files_clear(files);
		return 0;
	}
	if (r < 0)
		return r;
	stream = fdopendir(fd);
	if (!stream) {
		r = error_set(error, errno, "cannot read " NETNS_DIRECTORY);
		fd_close(&fd);
		return r;
	}
	netns_files_clear(files);
	while (!r && (errno = 0, entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = function(files, fd, entry->d_name, stat);
	if (!r && errno)
		r = -errno;
	if (r < 0) {
		netns_files_clear(files);
		return error_set(error, -r, "cannot read " NETNS_DIRECTORY);
	}
	if (files->count)
		qsort(files->items, files->count, sizeof(*files->items), by_name);
	return 0;
}

int netns_list(struct netns_files *files, struct error *error)
{
	return list(files, list_file, NULL, error);
}

int netns_list_names(struct netns_files *files, struct error *error)
{
	return list(files, list_name, NULL, error);
}

static int by_netns(const void *a, const void *b)
{
	const struct netns_file *left = a, *right = b;

	return left->inode != right->inode ? (left->inode > right->inode ? 1 : -1) : by_name(a, b);
}

/* Of several names of a namespace the first stays; by name again then. */
static void drop_further_names(struct netns_files *files)
{
	size_t kept = 0;

	if (!files->count)
		return;
	qsort(files->items, files->count, sizeof(*files->items), by_netns);
	for (size_t i = 0; i < files->count; i++) {
		if (kept && files->items[kept - 1].inode == files->items[i].inode)
			free(files->items[i].name);
		else
			files->items[kept++] = files->items[i];
	}
	files->count = kept;
	qsort(files->items, files->count, sizeof(*files->items), by_name);
}

int netns_glance(struct netns_files *files, struct error *error)
{
	CLEANUP(fd_close) int own = -1;
	struct stat stat;
	int r = open_own(&own, error);

	if (!r && fstat(own, &stat) < 0)
		r = error_set(error, errno, "cannot look at the network namespace");
	if (!r)
		r = list(files, glance_at_file, &stat, error);
	if (!r)
		drop_further_names(files);
	return r;
}

int netns_identify(int fd, struct netns_files *names, struct error *error)
{
	struct stat wanted;

	if (fstat(fd, &wanted) < 0)
		return error_set(error, errno, "cannot look at a network namespace");
	return list(names, list_file, &wanted, error);
}

int netns_enter(int fd, struct error *error)
{
	CLEANUP(fd_close) int own = -1;

	if (!setns(fd, CLONE_NEWNET))
		return 0;
	error_set(error, errno, "cannot enter the network namespace");
	if (error->errnum != EPERM)
		return -error->errnum;
	/* Without the right, staying where one is already is fine. */
	own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (own >= 0 && netns_same(own, fd)) {
		error_clear(error);
		return 0;
	}
	return error_hint(error, " (needs CAP_SYS_ADMIN: run as root, or in a user namespace)");
}

/*
 * A thread has its own network namespace: so one of its own does the visits, and
 * costs a tenth of one made for each. Between them it is at home, or what is
 * deleted meanwhile would live on. Where there is no way home (setns(2) into a
 * namespace of an outer user namespace is refused), it ends.
 */
struct visitor {
	pid_t process; /* that it is in: a fork has none */
	pthread_t thread;
	int home;
	bool is_away; /* it ended */
	pthread_mutex_t lock;
	pthread_cond_t work, news;
	bool has_work;
	/* The visit. */
	int fd;
	int (*function)(void *cookie, struct error *error);
	void *cookie;
	struct error *error;
	int result;
};

static struct visitor *visitor;

static void visit(struct visitor *me)
{
	me->result = 0;
	if (me->fd >= 0)
		me->result = netns_enter(me->fd, me->error);
	else if (unshare(CLONE_NEWNET) < 0)
		me->result = error_set(me->error, errno, "cannot make a network namespace");
	if (me->result >= 0)
		me->result = me->function(me->cookie, me->error);
}

static void *visitor_run(void *cookie)
{
	struct visitor *me = cookie;

	pthread_mutex_lock(&me->lock);
	while (!me->is_away) {
		while (!me->has_work)
			pthread_cond_wait(&me->work, &me->lock);
		visit(me);
		me->is_away = setns(me->home, CLONE_NEWNET) < 0;
		me->has_work = false;
		pthread_cond_signal(&me->news);
	}
	pthread_mutex_unlock(&me->lock);
	return NULL;
}

static int visitor_make(struct error *error)
{
	struct visitor *made;
	int errnum;

	if (visitor && visitor->process == getpid())
		return 0;
	made = memory_new(1, sizeof(*made));
	made->process = getpid();
	made->home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	errnum = made->home < 0 ? errno : 0;
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->work, NULL);
	pthread_cond_init(&made->news, NULL);
	if (made->home >= 0)
		errnum = pthread_create(&made->thread, NULL, visitor_run, made);
	if (errnum) {
		fd_close(&made->home);
		free(made);
		return error_set(error, errnum, "cannot visit network namespaces");
	}
	visitor = made;
	return 0;
}

int netns_visit(int fd, int (*function)(void *cookie, struct error *error), void *cookie,
		struct error *error)
{
	int r = visitor_make(error);

	if (r < 0)
		return r;
	pthread_mutex_lock(&visitor->lock);
	visitor->fd = fd;
	visitor->function = function;
	visitor->cookie = cookie;
	visitor->error = error;
	visitor->has_work = true;
	pthread_cond_signal(&visitor->work);
	while (visitor->has_work)
		pthread_cond_wait(&visitor->news, &visitor->lock);
	r = visitor->result;
	pthread_mutex_unlock(&visitor->lock);
	if (!visitor->is_away)
		return r;
	pthread_join(visitor->thread, NULL);
	fd_close(&visitor->home);
	free(visitor);
	visitor = NULL;
	return r;
}

static int visit_open(void *cookie, struct error *error)
{
	return open_own(cookie, error);
}

int netns_new(int *fd, struct error *error)
{
	return netns_visit(-1, visit_open, fd, error);
}

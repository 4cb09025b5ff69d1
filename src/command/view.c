/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/words.h"
#include "command/request.h"
#include "kernel/netns.h"
#include "kernel/process.h"

void view_clear(struct view *view)
{
	scene_clear(&view->scene);
	network_clear(&view->network);
	free(view->netns);
	free(view->own);
	*view = (struct view){ 0 };
}

static void add(struct view *view, uint32_t netns)
{
	*array_add(&view->netns, &view->count, &view->room) = netns;
}

/* The first of the names of the namespace ovl runs in, if it has any. */
static int find_own(struct view *view, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files files = { 0 };
	CLEANUP(fd_close) int fd = -1;
	int r = netns_open("", &fd, error);

	if (!r)
		r = netns_identify(fd, &files, error);
	if (!r && files.count)
		view->own = take_ptr(files.items[0].name);
	return r;
}

static bool is_own(struct request *request, int fd)
{
	struct error ignored = { 0 };
	int own;

	return !kernel_netns_fd(&request->kernel, 0, &own, &ignored) && netns_same(fd, own);
}

static bool is_taken(const struct stat *taken, size_t count, const struct stat *stat)
{
	for (size_t i = 0; i < count; i++)
		if (taken[i].st_dev == stat->st_dev && taken[i].st_ino == stat->st_ino)
			return true;
	return false;
}

/* Each once, whatever its names: the links of two would stand in one frame. */
int view_take_netns(struct request *request, struct words *words, struct view *view,
		    struct error *error)
{
	CLEANUP(pointer_free) struct stat *taken = NULL;
	size_t taken_count = 0, taken_room = 0;
	const char *name;
	int r = find_own(view, error);

	if (r < 0)
		return r;
	if (!words_peek(words))
		add(view, 0);
	while ((name = words_take(words))) {
		CLEANUP(fd_close) int fd = -1;
		struct stat stat;

		r = netns_open(name, &fd, error);
		if (!r && fstat(fd, &stat) < 0)
			r = error_set(error, errno, "netns '%s': cannot look at it", name);
		if (r < 0)
			return r;
		if (is_taken(taken, taken_count, &stat))
			continue;
		*array_add(&taken, &taken_count, &taken_room) = stat;
		add(view, is_own(request, fd) ? 0 : names_of(request->names, name));
	}
	return 0;
}

static void add_named(struct request *request, const struct netns_files *files, int own,
		      struct view *view)
{
	struct stat stat;
	bool has_own = !fstat(own, &stat);

	for (size_t i = 0; i < files->count; i++) {
		const struct netns_file *file = &files->items[i];

		if (file->state == NETNS_LIVE &&
		    !(has_own && file->device == stat.st_dev && file->inode == stat.st_ino))
			add(view, names_of(request->names, file->name));
		else if (!view->own)
			view->own = memory_text(file->name);
	}
}

static void add_unnamed(struct request *request, const struct netns_unnamed *unnamed,
			struct view *view)
{
	for (size_t i = 0; i < unnamed->count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "pid:%d", (int)unnamed->pids[i]);
		add(view, names_of(request->names, name));
	}
	if (unnamed->hidden)
		request_note(request,
			     "%zu processes of others may live in namespaces that are not shown",
			     unnamed->hidden);
}

int view_take_all(struct request *request, struct view *view, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files files = { 0 };
	CLEANUP(netns_unnamed_clear) struct netns_unnamed unnamed = { 0 };
	CLEANUP(fd_close) int own = -1;
	int r = netns_open("", &own, error);

	if (!r)
		r = netns_glance(&files, error);
	if (!r)
		r = netns_unnamed_read(&unnamed, &files, error);
	if (r < 0)
		return r;
	add(view, 0);
	add_named(request, &files, own, view);
	add_unnamed(request, &unnamed, view);
	view->are_all = true;
	return 0;
}

struct scene_options view_options(const struct request *request, const struct view *view)
{
	return (struct scene_options){
		.own = view->own,
		.process_name = process_name,
		.family = request->options.family,
		.details = request->options.details,
	};
}

/*
 * What is gone meanwhile, or no network namespace, or a stranger's without a name, is not
 * missed; of the others that may not be entered the command tells in the end.
 */
static void left_out(void *cookie, uint32_t netns, const struct error *why)
{
	struct request *request = cookie;
	const char *name = names_text(request->names, netns);

	if (why->exit == EXIT_USAGE || !strncmp(name, "pid:", 4))
		return;
	if (request->unseen.errnum)
		error_hint(&request->unseen, "; nor '%s'", name);
	else
		request->unseen = *why;
}

int view_read(struct request *request, const struct picture_options *picture, struct view *view,
	      struct error *error)
{
	struct attr_context context = request_context(request);
	struct picture_options wanted = *picture;
	struct scene_options options;
	int r;

	wanted.left_out = view->are_all ? left_out : NULL;
	wanted.cookie = request;
	r = picture_read(&request->kernel, view->netns, view->count, &wanted, &view->network,
			 error);
	if (r < 0)
		return r;
	options = view_options(request, view);
	options.is_drawn = picture->closer;
	scene_make(&view->scene, &view->network, &context, &options);
	return 0;
}

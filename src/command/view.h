/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `show` and `graph` look at: namespaces, the network in them, the scene made of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/picture.h"
#include "text/scene.h"

struct request;
struct words;

struct view {
	uint32_t *netns; /* interned names; 0 is the one ovl runs in */
	size_t count, room;
	bool are_all; /* what may not be entered is left out */
	char *own;    /* what that is called; NULL: it has no name */
	struct network network;
	struct scene scene;
};

/* Accepts a zeroed one. */
void view_clear(struct view *view);

/* The namespaces that the words name, to their end; without any the one ovl runs in. */
int view_take_netns(struct request *request, struct words *words, struct view *view,
		    struct error *error);

/*
 * All namespaces: the one ovl runs in, those with a name, those in which processes
 * live. What may not be entered is left out of what is read; one that has a name makes
 * the command fail in the end.
 */
int view_take_all(struct request *request, struct view *view, struct error *error);

/* Reads the namespaces from the kernel and makes the scene, with what the options say. */
int view_read(struct request *request, const struct picture_options *picture, struct view *view,
	      struct error *error);

/* Prints the scene as a tree, or as JSON. */
void view_print(struct request *request, const struct scene *scene);

/* What a scene is to know; `changes` are none. */
struct scene_options view_options(const struct request *request, const struct view *view);

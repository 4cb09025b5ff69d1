/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scene as a tree on the terminal, a frame around each namespace; and the same as JSON. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json;
struct scene;
struct text;

enum { TREE_NARROWEST = 40, TREE_WIDEST = 1000 };

struct tree_options {
	size_t width; /* of the terminal, in columns; further words go to the next line */
	bool utf8;    /* lines and arrows; else '+', '-', '|' and what is not ASCII as \xNN */
	bool color;
};

void tree_print(const struct scene *scene, const struct tree_options *options, struct text *out);

/* An array of namespaces. */
void tree_json(const struct scene *scene, struct json *json);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scalars and flow maps of YAML, as a topology file reads them back. */
#pragma once

#include <stdbool.h>

struct text;

/*
 * As it is when nothing in it means anything else to YAML or to the file, else
 * in quotes; a dollar would begin an expression.
 */
void yaml_scalar(struct text *text, const char *string);

/* Whether a file can have the string at all: it is UTF-8. */
bool yaml_can_say(const char *string);

/* The next key of a flow map: "{" or ", ", then "KEY: ". */
void yaml_key(struct text *text, bool *any, const char *key);

void yaml_pair(struct text *text, bool *any, const char *key, const char *value);

/* A key whose value is a flow list: "KEY: [". */
void yaml_list(struct text *text, bool *any, const char *key);

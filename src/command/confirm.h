/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes that wait to be confirmed. */
#pragma once

#include "model/lab.h"

struct error;
struct request;
struct words;

/*
 * The name of the guard that waits: of that lab, or the only one (NULL). 1: found;
 * 0: none waits; -EINVAL: there are several, which are named.
 */
int confirm_find(const char *word, char name[LAB_NAME_MOST + 1], struct error *error);

/* `ovl guard NAME SECONDS WHAT`: what --confirm starts. */
int guard_front(struct request *request, struct words *words, struct error *error);

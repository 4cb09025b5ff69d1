/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The VNIs of a vxlan as the words that make or delete them: of the command line, or a topology file. */
#pragma once

#include "model/vni.h"

struct attr_context;
struct error;
struct text;
struct words;

/*
 * [DEV] VNI[-VNI] [group|remote ADDRESS]; iproute2's `dev DEV` and `vni VNI` in any order.
 * Of a list, "5,7,10-20", the first is taken and *more is the rest; it begins as NULL, and
 * without it a list is refused.
 */
int vni_words_take(const struct attr_context *context, struct vni *vni, const char **more,
		   struct words *words, struct error *error);

/* The same object with the next VNIs of the list: 1, or 0 when there are no more. */
int vni_words_next(const char **more, struct vni *vni, struct error *error);

/* Whether those that are to be made have a VNI, and one destination of the right kind at most. */
int vni_words_check(const struct vni *vni, struct error *error);

/* The words that make it, without its vxlan. */
void vni_words_put(const struct vni *vni, struct text *text);

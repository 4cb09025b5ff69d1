/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl vxlan vni`: the VNIs that a VXLAN device with a filter takes. */
#pragma once

struct error;
struct request;
struct words;

int vni_verb(struct request *request, struct words *words, struct error *error);

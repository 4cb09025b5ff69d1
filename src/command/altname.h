/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl link property`: further names of links. */
#pragma once

struct error;
struct request;
struct words;

/* A verb's function: {add|del} [dev] DEV altname NAME [altname NAME...]. */
int link_property(struct request *request, struct words *words, struct error *error);

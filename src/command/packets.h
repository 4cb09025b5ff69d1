/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl monitor packets`. */
#pragma once

struct error;
struct request;
struct words;

/* The verb's run, as of struct verb. */
int packets_run(struct request *request, struct words *words, struct error *error);

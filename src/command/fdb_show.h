/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The listing of forwarding entries, for `fdb show` and `vxlan remote show`. */
#pragma once

struct error;
struct fdb;
struct request;

int fdb_show(struct request *request, const struct fdb *filter, struct error *error);

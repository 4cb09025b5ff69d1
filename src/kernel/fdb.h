/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole table emptied by one request: RTM_DELNEIGH with NLM_F_BULK. */
#pragma once

struct error;
struct fdb_flush;
struct place;

/*
 * Has the kernel delete all entries that fit. EOPNOTSUPP or EINVAL, with the
 * error set: it does not know the request (bridges: 5.19, vxlans: 6.7), or not for this
 * device or that value; nothing is deleted then.
 */
int fdb_flush(const struct place *place, const struct fdb_flush *flush, struct error *error);

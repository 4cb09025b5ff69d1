/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values that this kernel was built without, or is too old for. It reports none of
 * these, and takes some of them in silence.
 */
#pragma once

struct error;
struct link;
struct request;

/* Refuses (exit 2) to set what is not reported of the link: as of its kind, and as a port. */
int link_missing_refuse(const struct link *have, const struct link *want, struct error *error);

/*
 * For a link that is to be made: carries the plan out, and where it names such
 * values reads them back and notes which of them were forgotten.
 */
int link_missing_note(struct request *request, const struct link *want, struct error *error);

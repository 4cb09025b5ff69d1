/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values that this kernel was built without, or is too old for. It reports none of
 * these, and takes some of them in silence.
 */
#pragma once

#include "model/object.h"

struct error;
struct link;
struct request;

/* Refuses (exit 2) to set what is not reported of the link: of any, of its kind, and as a port. */
int missing_refuse(const struct link *have, const struct link *want, struct error *error);

/*
 * For an object that is to be made or changed: carries the plan out, and where it
 * names such values reads them back and notes which of them were forgotten. In a
 * batch the entries' rows are read back once.
 */
int missing_note(struct request *request, enum object_type type, const void *want,
		 struct error *error);

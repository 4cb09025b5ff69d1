/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names completion offers: what the kernel has now. */
#pragma once

#include "command/complete.h"

struct link;
struct link_kind;

/* What decides whether a link is offered. */
struct complete_link {
	uint32_t name, kind; /* interned */
	const struct link_kind *kind_info;
	bool is_port, joins;
};

struct complete_link complete_link_of(const struct link *link);
bool complete_link_fits(const struct complete_link *link, const struct complete_links *wanted);

/*
 * Reads links and namespaces each time it is asked; what cannot be read is not
 * there. The functions but links() need no cookie.
 */
struct complete_source complete_kernel(struct request *request);

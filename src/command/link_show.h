/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listings of links: of all, of one kind, of a bridge's ports. */
#pragma once

struct error;
struct link;
struct request;

/*
 * Lists the links that the filter selects, with the columns of the kind (NULL:
 * those of every link). A filter that names a link which is not there: exit 1.
 */
int link_show(struct request *request, const char *kind, const struct link *filter,
	      struct error *error);

/* Lists ports of bridges, with what they are as ports. */
int port_show(struct request *request, const struct link *filter, struct error *error);

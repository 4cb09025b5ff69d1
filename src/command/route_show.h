/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes as a listing: of the tables, and of one lookup. */
#pragma once

struct error;
struct request;
struct route_choice;
struct route_full;

/* Prints the chosen routes as the kernel tells them. */
int route_show(struct request *request, const struct route_choice *choice, struct error *error);

/* Looks up in each namespace asked for and prints the answers. */
int route_show_lookup(struct request *request, const struct route_full *question,
		      struct error *error);

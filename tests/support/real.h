/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A topology file's picture as the kernel would report it, and plans in text as tests say them. */
#pragma once

struct names;
struct network;
struct text;

/* What the lab "demo" made has its tags; entries have the values that the kernel gives them. */
void make_real(struct names *names, struct network *network);

/* The group of a lab's links is the same in all lines and only in the way. */
void drop_groups(struct text *text);

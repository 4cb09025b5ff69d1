/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `diff`, `plan` and `apply` do with a lab whose topology was read, for whoever else has one. */
#pragma once

struct comparison;
struct error;
struct lab;
struct request;
struct store_meta;
struct text;

/* Prints a comparison, or with -j its JSON; `file` as below. */
void lab_print(const struct request *request, const struct comparison *comparison, const char *lab,
	       const char *file, struct text *out);

/* Prints how the network differs; `file` is what the places are in, NULL: none is shown. */
int lab_diff(struct request *request, struct lab *lab, const char *file, struct error *error);

/* Prints the steps. */
int lab_plan(struct request *request, struct lab *lab, const char *file, struct error *error);

/* Makes the network so, keeps the text of the topology and prints what was done. */
int lab_apply(struct request *request, struct lab *lab, const struct store_meta *meta,
	      struct error *error);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the manual pages that follow from the tables, in mdoc(7):
 * tests/support/generate.sh puts them between the markers of a page.
 */
#pragma once

struct error;
struct text;
struct words;

/* `ovl manual OBJECT synopsis|options`, `ovl manual objects|options|schema`. */
int manual_run(struct words *words, struct text *text, struct error *error);

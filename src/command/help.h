/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help and usage, from the commands' rows and the attribute tables. */
#pragma once

struct command;
struct text;
struct verb;

/* All objects and options: `ovl help`. */
void help_all(struct text *text);

/* One object, its verbs and their options: `ovl help vxlan`. */
void help_command(const struct command *command, struct text *text);

/* One verb: `ovl vxlan add help`. */
void help_verb(const struct command *command, const struct verb *verb, struct text *text);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names completion offers in configure mode: what the candidate has. */
#pragma once

#include "command/complete.h"

struct shell;

struct candidate_names {
	struct shell *shell;
	struct complete_source below; /* what the kernel has */
};

/*
 * Links and namespaces of the candidate, and links of the machine, which a host's links may be
 * upon; all else is from below. The names must live as long.
 */
struct complete_source candidate_names_source(struct candidate_names *names);

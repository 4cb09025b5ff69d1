/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What follows from all of a file together: the other ends of veths, whose kind
 * and defaults are known only then, `lo`, and whose table an fdb entry is for.
 */
#pragma once

#include "topology/document.h"

struct loader;

void complete_links(struct loader *loader);

/* Once the links stand. */
void complete_entries(struct loader *loader);

/* The mistake of naming a link, behind the word, that is nowhere; with the nearest there is. */
void refuse_missing_link(struct loader *loader, struct place_in_file at, const char *word,
			 uint32_t netns, uint32_t name);

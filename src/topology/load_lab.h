/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a topology file: variables, hosts, namespaces, segments and wires. */
#pragma once

#include "topology/loader.h"

/* Reads the whole document. */
void load_lab(struct loader *loader);

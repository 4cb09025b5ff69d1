/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cannot be in a whole picture, as far as that is known without a kernel. */
#pragma once

struct loader;

/* Links by themselves and among each other. */
void check_links(struct loader *loader);

/* Addresses, neighbours, fdb entries, routes and sysctls: doubled ones, and where they lead. */
void check_entries(struct loader *loader);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the tunnels of a scene lead. */
#pragma once

struct scene;

/* Fills in the remotes of all vxlans; links, their addresses and fdb entries are there already. */
void scene_find_remotes(struct scene *scene);

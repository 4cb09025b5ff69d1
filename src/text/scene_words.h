/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tree and drawings say of a scene's objects. Nothing is escaped: names are
 * put as they are, and whoever shows the text escapes all of it for his format.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scene;
struct scene_link;
struct scene_remote;
struct text;

/* "host", "n1", "pid 7 (nginx)": of an interned name. */
void scene_put_netns(const struct scene *scene, uint32_t netns, struct text *text);

/* The process that a namespace is called by, 0: it has a name. */
int scene_pid(const struct scene *scene, uint32_t netns);

void scene_put_name(const struct scene *scene, const struct scene_link *link, struct text *text);

/* "bridge", "vlan 5"; of what is no kind the type of the hardware: "ether". */
void scene_put_kind(const struct scene *scene, const struct scene_link *link, struct text *text);

/* "eth0 in n1", without "in" when that is here; nothing for what has no other end. */
bool scene_put_peer(const struct scene *scene, const struct scene_link *link, struct text *text);

/* The link below it (a vxlan's underlay, a vlan's device), in the same way. */
bool scene_put_lower(const struct scene *scene, const struct scene_link *link, struct text *text);

/* The state of a port: "forwarding"; nothing where it is not known. */
bool scene_put_state(const struct scene *scene, const struct scene_link *link, struct text *text);

/* Of a mark (enum scene_mark) that is set: "down", "mtu 1400 < 1500 of eth0". */
void scene_put_mark(const struct scene *scene, const struct scene_link *link, unsigned mark,
		    struct text *text);

/* The user's own part of an alias, without the lab's; false when there is none. */
bool scene_put_alias(const struct scene *scene, const struct scene_link *link, struct text *text);

/* "10.0.0.1/24", of an index of the network's addresses. */
void scene_put_address(const struct scene *scene, size_t address, struct text *text);

/* "10.23.72.74" */
void scene_put_remote(const struct scene_remote *remote, struct text *text);

bool scene_route_is_default(const struct scene *scene, size_t route);

/* "default via 10.0.0.1 dev eth0" */
void scene_put_route(const struct scene *scene, size_t route, struct text *text);

/* "02:00:00:00:00:0b dst 10.23.72.74 permanent" */
void scene_put_fdb(const struct scene *scene, size_t fdb, struct text *text);

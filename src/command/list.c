/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry: a new command is named here and nowhere else. */
#include "command/list.h"

#include "command/command.h"

/* clang-format off */
static const struct command *const items[] = {
	&command_netns, &command_link, &command_veth,  &command_bridge,	 &command_vxlan,
	&command_addr,	&command_fdb,  &command_arp,   &command_route, &command_monitor,
	&command_check, &command_diff, &command_plan, &command_apply, &command_destroy,
	&command_capture, &command_status, &command_history, &command_confirm, &command_rollback,
	&command_enter, &command_sandbox, &command_show, &command_graph, &command_learn, &command_shell,
};
/* clang-format on */

const struct command_set command_all = { items, sizeof(items) / sizeof(*items) };

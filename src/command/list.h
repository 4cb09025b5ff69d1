/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every command there is; command/list.c registers them. */
#pragma once

struct command;

extern const struct command command_netns, command_link, command_veth, command_bridge,
	command_vxlan, command_addr, command_fdb, command_arp, command_route, command_monitor,
	command_check, command_diff, command_plan, command_apply, command_destroy, command_capture,
	command_status, command_history, command_confirm, command_rollback, command_enter,
	command_sandbox, command_show, command_graph, command_learn, command_shell;

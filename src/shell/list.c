/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which commands a line of the shell may name, in each mode. */
#include "shell/list.h"

#include "command/list.h"
#include "shell/session.h"

/* clang-format off */
/* Its own words in front: they hide those of the command line that are called the same. */
static const struct command *const operational[] = {
	&word_configure, &word_use, &word_watch, &word_exit, &word_do,
	&command_netns, &command_link, &command_veth,  &command_bridge,	 &command_vxlan,
	&command_addr,	&command_fdb,  &command_arp,   &command_route, &command_monitor,
	&command_check, &command_diff, &command_plan, &command_apply, &command_destroy,
	&command_capture, &command_status, &command_history, &command_confirm, &command_rollback,
	&command_enter, &command_sandbox, &command_show, &command_graph, &command_learn,
};

/* Behind `do`: what is about the kernel. */
static const struct command *const kernel[] = {
	&word_watch,
	&command_netns, &command_link, &command_veth,  &command_bridge,	 &command_vxlan,
	&command_addr,	&command_fdb,  &command_arp,   &command_route, &command_monitor,
	&command_check, &command_diff, &command_plan, &command_apply, &command_destroy,
	&command_capture, &command_status, &command_history, &command_confirm, &command_rollback,
	&command_enter, &command_sandbox, &command_show, &command_graph,
};

static const struct command *const configure[] = {
	&word_diff, &word_show, &word_check, &word_plan, &word_commit, &word_confirm,
	&word_rollback, &word_discard, &word_undo, &word_redo, &word_save, &word_load,
	&word_capture, &word_history, &word_watch, &word_use, &word_do, &word_exit,
	&command_netns, &command_link, &command_veth,  &command_bridge,	 &command_vxlan,
	&command_addr,	&command_fdb,  &command_arp,   &command_route,
};
/* clang-format on */

const struct command_set shell_operational = { operational,
					       sizeof(operational) / sizeof(*operational) };
const struct command_set shell_kernel = { kernel, sizeof(kernel) / sizeof(*kernel) };
const struct command_set shell_configure = { configure, sizeof(configure) / sizeof(*configure) };

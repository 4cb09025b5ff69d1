/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl enter`: a command as if on one of the hosts that a lab has on this machine. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "kernel/netns.h"

/* A host's name has no '.', which stands in front of its namespaces' names. */
static int unknown(const char *host, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files files = { 0 };
	struct error ignored = { 0 };
	size_t distance = SIZE_MAX;
	const char *nearest = NULL;

	netns_list(&files, &ignored);
	for (size_t i = 0; i < files.count; i++)
		if (files.items[i].state == NETNS_LIVE && !strchr(files.items[i].name, '.'))
			words_nearer(host, files.items[i].name, &nearest, &distance);
	error_usage(error, "host '%s': there is no such host on this machine", host);
	words_suggest(error, host, nearest, distance);
	return -ENOENT;
}

static int open_host(const char *host, int *fd, struct error *error)
{
	int r;

	if (!*host || strchr(host, '.') || !strncmp(host, "pid:", 4))
		return error_usage(error,
				   "host '%s': a host is a namespace whose name has no '.' "
				   "('netns exec' runs a command in any)",
				   host);
	r = netns_open(host, fd, error);
	return r == -ENOENT ? unknown(host, error) : r;
}

static int check_request(const struct request *request, struct error *error)
{
	if (request->options.dry_run || request->options.as_ip)
		return error_usage(error,
				   "a command that is run cannot be tried without running it");
	if (request->options.netns)
		return error_usage(error, "-n and a HOST do not go together");
	return text_flush(request->out) < 0 ? error_set(error, request->out->failed, "cannot write")
					    : 0;
}

/* Ends with the command's own status; 125 when ovl itself fails. */
static int enter(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(pointer_free) char **argv = NULL;
	CLEANUP(fd_close) int fd = -1;
	struct netns_command command = { .name = words_take(words),
					 .verbose = request->options.verbose,
					 .is_host = true };
	bool is_shell;
	int r;

	request->has_status = true;
	request->status = EXEC_FAILED;
	if (!command.name)
		return error_usage(error, "a HOST is needed");
	r = check_request(request, error);
	if (!r)
		r = open_host(command.name, &fd, error);
	if (r < 0)
		return r;
	words_take_if(words, "--");
	command.argv = argv = request_argv(words, &is_shell);
	/* A batch goes on afterwards: it runs the command beside itself. */
	return request->line ? netns_run(fd, &command, &request->status, error)
			     : netns_exec(fd, &command, &request->status, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "", "", "HOST [--] [COMMAND...]",
	  "run a command, else a shell, as if on that host: its namespaces HOST.NAME are called NAME", enter,
	  VERB_CHANGES | VERB_WHOLE | VERB_TERMINAL, { NULL } },
};
/* clang-format on */

const struct command command_enter = {
	.name = "enter",
	.help = "a command as if on a host that a lab has on this machine",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};

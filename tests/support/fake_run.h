/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines run against the kernel of support/fake_kernel.h. */
#pragma once

#include <assert.h>

#include "base/words.h"
#include "command/command.h"
#include "command/option.h"
#include "support/fake_kernel.h"

/* What a command line came to. */
struct run {
	struct request request;
	struct options options;
	struct text out;
	struct error error;
	char line[512];
	char *words[64];
	int result;
};

static void run_clear(struct run *run)
{
	if (run->request.names)
		request_clear(&run->request);
	text_clear(&run->out);
	*run = (struct run){ 0 };
}

/* Words are what blanks separate; the result is also in run->result. */
static inline int run_line(struct run *run, const char *line)
{
	struct words words = { run->words, 0 };
	enum special special;

	run_clear(run);
	assert(strlen(line) < sizeof(run->line));
	strcpy(run->line, line);
	for (char *at = strtok(run->line, " "); at; at = strtok(NULL, " "))
		run->words[words.left++] = at;
	run->options.quiet = true;
	run->result = options_take(&run->options, &words, &special, &run->error);
	request_init(&run->request, &run->options, &run->out);
	if (!run->result)
		run->result = command_run(&run->request, &words, &run->error);
	return run->result;
}

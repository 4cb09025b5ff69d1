/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "shell/list.h"
#include "shell/session.h"
#include "shell/words.h"

static int watch(struct request *request, struct words *words, struct error *error)
{
	(void)request;
	(void)words;
	return error_set(error, 0, "not yet");
}

WORD(watch, "", "[LAB]",
     "show, as it changes, how the network differs from the candidate or the lab's last file",
     watch, VERB_TERMINAL);

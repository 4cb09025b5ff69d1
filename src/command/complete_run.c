/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl complete`: the front end of complete() for bash, zsh and fish. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/words.h"
#include "command/complete.h"
#include "command/request.h"

enum { PATIENCE_MS = 500 }; /* who presses TAB does not wait longer for the kernel */

/* A name that would have to be escaped, or that a shell might take apart, is left out. */
static bool is_clean(const char *word)
{
	CLEANUP(text_clear) struct text escaped = { 0 };

	text_escaped(&escaped, word, strlen(word));
	return *word && !strcmp(text_string(&escaped), word) && !strchr(word, ' ');
}

static void print(void *cookie, const char *word, const char *help)
{
	struct text *out = cookie;

	if (!word || !is_clean(word))
		return;
	text_puts(out, word);
	text_char(out, '\t');
	if (help)
		text_escaped(out, help, strlen(help));
	text_char(out, '\n');
}

int complete_run(struct request *request, struct words *words, struct error *error)
{
	struct completion completion = { .request = request, .put = print, .cookie = request->out };
	enum complete_more more;

	(void)error;
	words_take_if(words, "--");
	completion.words = words->at;
	completion.count = words->left ? words->left - 1 : 0;
	completion.typed = words->left ? words->at[words->left - 1] : "";
	request->kernel.timeout_ms = PATIENCE_MS;
	more = complete(&completion);
	if (more == COMPLETE_FILES)
		text_puts(request->out, "\tfiles\n");
	else if (more == COMPLETE_COMMAND)
		text_printf(request->out, "\tcommand %zu\n", completion.command);
	return 0;
}

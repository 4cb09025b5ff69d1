/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command line, a word a line of the input, given to a kernel that is not
 * there: it ends, fails only with a sentence, and prints nothing that moves a
 * terminal.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "command/command.h"
#include "command/help.h"
#include "command/option.h"
#include "fuzz/output.h"
#include "support/fake_kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS = 128 };

/* Each word in memory of its own: the sanitizer sees a read past it. */
static size_t split(const char *bytes, size_t size, char **list)
{
	size_t count = 0;

	while (size && count < WORDS) {
		size_t length = 0;

		while (length < size && bytes[length] && bytes[length] != '\n')
			length++;
		list[count] = memory_new(length + 1, 1);
		memcpy(list[count++], bytes, length);
		length += length < size;
		bytes += length;
		size -= length;
	}
	return count;
}

/* What has no verbs takes the name of a file, and this is about no files. */
static bool is_about_files(const char *word)
{
	struct error error = { 0 };
	const struct command *command = command_find(&command_all, word, &error);

	return command && !*command->verbs[0].name;
}

static int run(struct request *request, struct options *options, struct words *words,
	       struct text *out, struct error *error)
{
	enum special special;
	int r = options_take(options, words, &special, error);

	options->quiet = true;
	options->verbose = options->color = false;
	/* The one command that writes a file of /proc: the routes' cache. */
	if (words->left && *words->at[0] == 'r')
		options->dry_run = true;
	request_init(request, options, out);
	if (r < 0 || special || options->batch || !words->left || is_about_files(*words->at))
		return r;
	return command_run(request, words, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(request_clear) struct request request;
	CLEANUP(text_clear) struct text out = { 0 };
	CLEANUP(text_clear) struct text told = { 0 };
	char *list[WORDS], *owned[WORDS];
	struct options options = { 0 };
	struct error error = { 0 };
	struct words words = { list, split((const char *)data, size, owned) };
	size_t count = words.left;
	int r;

	fake_kernel_reset();
	memcpy(list, owned, sizeof(owned));
	r = run(&request, &options, &words, &out, &error);
	if (r < 0 && !error.errnum)
		output_fails("a failure without an error", (const char *)data, size);
	text_escape_again(&told, error.text, strlen(error.text));
	output_check_text(text_string(&told), told.length);
	output_check_text(text_string(&out), out.length);
	if (r >= 0 && (options.dry_run || options.as_ip) && fake_kernel.changes)
		output_fails("a dry run that sends", (const char *)data, size);
	for (size_t i = 0; i < count; i++)
		pointer_free(&owned[i]);
	return 0;
}

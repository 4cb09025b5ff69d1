/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A topology file, read whole; the first byte says for which host. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "fuzz/output.h"
#include "plan/compare.h"
#include "plan/wanted_diff.h"
#include "text/object_words.h"
#include "text/topology_text.h"
#include "topology/plain.h"
#include "topology/topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FILE *nowhere;

static void tell(void *cookie, const struct topology_mistake *mistake)
{
	size_t *count = cookie;

	(*count)++;
	if (!*mistake->message || mistake->error.exit != EXIT_USAGE || *count > TOPOLOGY_MISTAKES)
		abort();
	error_print(&mistake->error, nowhere);
}

/* What was read can be said. */
static void put_all(const struct topology *topology, const struct attr_context *context)
{
	CLEANUP(text_clear) struct text out = { 0 };

	for (enum object_type type = 0; type < OBJECT_TYPES; type++) {
		size_t count = topology->network.objects[type].count;

		for (size_t i = 0; i < count && i < 100; i++) {
			object_words(type, context, network_at(&topology->network, type, i), NULL,
				     WORDS_NEW, ATTR_STYLE_OVL, &out);
			text_char(&out, '\n');
		}
	}
	output_check_text(text_string(&out), out.length);
}

/* Printed as a file, it is read back as the same picture, and printed the same. */
static void put_again(struct topology *topology, const struct attr_context *context)
{
	const struct topology_text_options how = { .lab = topology->lab };
	const struct topology_options options = { 0 };
	CLEANUP(topology_clear) struct topology again = { 0 };
	CLEANUP(comparison_clear) struct comparison comparison = { 0 };
	CLEANUP(text_clear) struct text text = { 0 }, second = { 0 };
	struct error error = { 0 };

	if (topology_text(&topology->network, context, &how, &text, &error) < 0) {
		if (error.exit != EXIT_USAGE || text.length)
			output_fails("a refusal that puts something", text.bytes, text.length);
		return;
	}
	if (topology_parse("again", text_string(&text), text.length, &options, context, &again,
			   NULL, NULL, &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		output_fails("a file that is not read back", text.bytes, text.length);
	}
	wanted_diff(&topology->network, &again.network, &comparison);
	if (comparison.count)
		output_fails("a file that says something else", text.bytes, text.length);
	if (topology_text(&again.network, context, &how, &second, &error) < 0 ||
	    strcmp(text_string(&text), text_string(&second)) != 0)
		output_fails("a file that is printed otherwise", text.bytes, text.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sets[] = { "n=3", NULL };
	CLEANUP(topology_clear) struct topology topology = { 0 };
	CLEANUP(names_free) struct names *names = NULL;
	struct topology_options options = { 0 };
	struct attr_context context = { 0 };
	CLEANUP(text_clear) struct text lost = { 0 };
	struct error error = { 0 };
	size_t count = 0;
	int r;

	if (!size)
		return 0;
	if (!nowhere)
		nowhere = fopen("/dev/null", "we");
	names = context.names = names_new();
	options.host = *data & 1 ? "a" : NULL;
	options.sets = *data & 2 ? sets : NULL;
	topology_is_plain((const char *)data + 1, size - 1, &lost);
	r = topology_parse("file", (const char *)data + 1, size - 1, &options, &context, &topology,
			   tell, &count, &error);
	if ((r < 0) != (count > 0) || (r < 0 && (!error.errnum || error.exit != EXIT_USAGE)))
		output_fails("a failure without a mistake", (const char *)data + 1, size - 1);
	if (r < 0)
		return 0;
	put_all(&topology, &context);
	/* Large ones are the same again, and take three times the memory. */
	if (topology_count(&topology) <= 2000)
		put_again(&topology, &context);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/former.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply/state.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "text/former.h"

#define FORMER_FILE "former"

enum { FORMER_MOST = 16 * 1024 * 1024 };

static int open_lab(const char *lab, bool make, struct state_directory *directory,
		    struct error *error)
{
	char name[STATE_NAME];
	int r = state_lab_file(lab, "", name, error);

	return r < 0 ? r : state_open(STATE_KEPT, name, make, directory, error);
}

int former_read(const char *lab, const struct attr_context *context, struct topology *former,
		struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(text_clear) struct text text = { 0 };
	const struct topology_options options = { .is_record = true };
	char path[STATE_PATH + sizeof(FORMER_FILE)];
	struct error none = { 0 };
	int r = open_lab(lab, false, &directory, error);

	if (!r)
		r = state_read(&directory, FORMER_FILE, FORMER_MOST, &text, &none);
	if (r == -ENOENT)
		return 0;
	if (none.errnum)
		*error = none;
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "%s/" FORMER_FILE, directory.path);
	r = topology_parse(path, text_string(&text), text.length, &options, context, former, NULL,
			   NULL, error);
	if (!r && strcmp(former->lab, lab) != 0) {
		r = error_set(error, 0, "'%s' is of the lab '%s'", path, former->lab);
		topology_clear(former);
	}
	return r;
}

int former_write(const char *lab, const struct attr_context *context, const struct network *network,
		 struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(text_clear) struct text text = { 0 };
	int r = open_lab(lab, true, &directory, error);

	if (r < 0)
		return r;
	former_print(network, context, lab, &text);
	return state_replace(&directory, FORMER_FILE, text_string(&text), text.length, error);
}

void former_forget(const char *lab)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	struct error ignored = { 0 };

	if (!open_lab(lab, false, &directory, &ignored) && directory.fd >= 0)
		unlinkat(directory.fd, FORMER_FILE, 0);
}

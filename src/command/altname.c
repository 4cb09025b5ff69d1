/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/altname.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/words.h"
#include "command/request.h"
#include "model/altname.h"

/* "add" and "del", shortened as ip-link(8) takes them. */
static int take_change(struct words *words, enum change *change, struct error *error)
{
	const char *word = words_value(words, "property", "add or del", error);

	if (!word)
		return -EINVAL;
	if (*word && !strncmp(word, "add", strlen(word)))
		*change = CHANGE_ADD;
	else if (*word && !strncmp(word, "delete", strlen(word)))
		*change = CHANGE_DELETE;
	else
		return error_usage(error, "property: '%s' is neither add nor del", word);
	return 0;
}

static int take_name(struct request *request, enum change change, struct words *words,
		     struct altname *altname, struct error *error)
{
	const char *word = words_value(words, "altname", "NAME", error);
	int r = word ? 0 : -EINVAL;

	/* One that exists may be as others made it. */
	if (!r && change == CHANGE_ADD)
		r = altname_check(word, error);
	if (r < 0)
		return r;
	altname->name.id = names_of(request->names, word);
	ATTR_MARK(&altname_table, altname, altname, name);
	plan_add(&request->plan, OBJECT_ALTNAME, change, altname);
	return 0;
}

static int take_link(struct request *request, const char *word, struct altname *altname,
		     struct error *error)
{
	if (ATTR_HAS(&altname_table, altname, altname, dev))
		return error_usage(error, "'%s' is not known here: 'altname NAME' is expected",
				   word);
	ATTR_MARK(&altname_table, altname, altname, dev);
	return request_name(request, word, &altname->dev.id, error);
}

/* The link may be called by one of its altnames; what is read back has its own name. */
static int use_own_name(struct request *request, struct altname *altname, struct error *error)
{
	const struct link *link = request_link(request, 0, altname->dev.id, error);

	if (!link)
		return -error->errnum;
	altname->dev = link->name;
	return 0;
}

int link_property(struct request *request, struct words *words, struct error *error)
{
	struct altname altname = { 0 };
	struct words names;
	enum change change = CHANGE_ADD;
	int r = take_change(words, &change, error);

	/* The link may stand behind its names: they are gone through once it is known. */
	names = *words;
	while (!r && words->left) {
		const char *word = words_take(words);

		if (!strcmp(word, "altname"))
			r = words_value(words, "altname", "NAME", error) ? 0 : -EINVAL;
		else if (strcmp(word, "dev") != 0)
			r = take_link(request, word, &altname, error);
		else if ((word = words_value(words, "dev", "DEV", error)))
			r = take_link(request, word, &altname, error);
		else
			r = -EINVAL;
	}
	if (r < 0)
		return r;
	if (!altname.dev.id)
		return error_usage(error, "a DEV is needed");
	r = use_own_name(request, &altname, error);
	while (!r && names.left) {
		const char *word = words_take(&names);

		if (!strcmp(word, "altname"))
			r = take_name(request, change, &names, &altname, error);
		else if (!strcmp(word, "dev"))
			words_take(&names);
	}
	if (!r && !request->plan.count)
		return error_usage(error, "'altname NAME' is expected");
	return r;
}

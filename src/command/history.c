/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl history`: the files of a lab that were applied, the newest first. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "apply/store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "text/columns.h"

/* Why the lab is not among those that have files: they may not be read, or there are none. */
static int refuse_lab(const struct state_labs *labs, const char *word, struct error *error)
{
	CLEANUP(store_entries_clear) struct store_entries none = { 0 };
	const char *nearest = NULL;
	size_t distance = SIZE_MAX;
	int r = store_list(word, &none, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < labs->count; i++)
		words_nearer(word, labs->names[i], &nearest, &distance);
	error_usage(error, "no file of a lab '%s' was applied here", word);
	words_suggest(error, word, nearest, distance);
	return -EINVAL;
}

/* LAB, or the only one there is; *lab stays as it is when there is none at all. */
static int take_lab(struct words *words, const struct state_labs *labs, const char **lab,
		    struct error *error)
{
	const char *word = words_take(words);

	if (words_peek(words))
		return error_usage(error, "'%s' is not expected: one LAB", words_peek(words));
	for (size_t i = 0; i < labs->count; i++)
		if (word ? !strcmp(word, labs->names[i]) : labs->count == 1)
			*lab = labs->names[i];
	if (word)
		return *lab ? 0 : refuse_lab(labs, word, error);
	if (labs->count > 1) {
		error_usage(error, "a LAB is needed, one of:");
		for (size_t i = 0; i < labs->count; i++)
			error_hint(error, " %s", labs->names[i]);
		return -EINVAL;
	}
	return 0;
}

/* ISO 8601 in local time, with its distance from UTC. */
static void put_local(struct text *text, int64_t when)
{
	time_t seconds = when;
	struct tm parts;
	char bytes[48];
	long minutes;

	if (!localtime_r(&seconds, &parts) ||
	    !strftime(bytes, sizeof(bytes), "%Y-%m-%dT%H:%M:%S", &parts))
		return;
	text_puts(text, bytes);
	minutes = (parts.tm_gmtoff < 0 ? -parts.tm_gmtoff : parts.tm_gmtoff) / 60;
	text_printf(text, "%c%02ld:%02ld", parts.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
		    minutes % 60);
}

static void json_time(struct json *json, const char *key, int64_t when)
{
	time_t seconds = when;
	struct tm parts;
	char bytes[48];

	if (gmtime_r(&seconds, &parts) &&
	    strftime(bytes, sizeof(bytes), "%Y-%m-%dT%H:%M:%SZ", &parts))
		json_string(json, key, bytes);
}

static void json_text(struct json *json, const char *key, const char *value)
{
	if (*value)
		json_string(json, key, value);
}

static void put_json(struct json *json, size_t back, const struct store_entry *entry)
{
	const struct store_meta *meta = &entry->meta;

	json_open_object(json, NULL);
	json_number(json, "nr", back);
	json_time(json, "time", meta->time);
	json_text(json, "by", meta->who);
	json_text(json, "host", meta->host);
	json_text(json, "from", meta->from);
	if (*meta->sets) {
		json_open_array(json, "set");
		for (size_t i = 0; meta->sets[i]; i++)
			json_string(json, NULL, meta->sets[i]);
		json_close_array(json);
	}
	json_text(json, "comment", meta->comment);
	json_text(json, "mark", meta->mark);
	json_string(json, "file", entry->path);
	json_close_object(json);
}

static void print_json(struct request *request, const char *lab,
		       const struct store_entries *entries)
{
	struct json json = { .out = request->out, .pretty = request->options.pretty };

	json_open_object(&json, NULL);
	json_number(&json, "format", 1);
	if (lab)
		json_string(&json, "lab", lab);
	else
		json_null(&json, "lab");
	json_open_array(&json, "history");
	for (size_t i = 0; i < entries->count; i++)
		put_json(&json, i, &entries->items[i]);
	json_close_array(&json);
	json_close_object(&json);
	text_char(request->out, '\n');
}

static const struct column columns[] = {
	{ "NR", 0 },   { "WHEN", 0 }, { "BY", 0 },   { "HOST", 0 },
	{ "FROM", 0 }, { "SET", 0 },  { "MARK", 0 }, { "COMMENT", 0 },
};

static void put_cell(struct columns *print, const char *value)
{
	text_escaped(columns_cell(print), value, strlen(value));
}

static void put_row(struct columns *print, size_t back, const struct store_entry *entry)
{
	const struct store_meta *meta = &entry->meta;

	text_number(columns_cell(print), back);
	columns_paint(print, PAINT_NAME);
	put_local(columns_cell(print), meta->time);
	put_cell(print, meta->who);
	put_cell(print, meta->host);
	put_cell(print, meta->from);
	columns_cell(print);
	for (size_t i = 0; meta->sets[i]; i++) {
		if (i)
			text_char(&print->cell, ' ');
		text_escaped(&print->cell, meta->sets[i], strlen(meta->sets[i]));
	}
	put_cell(print, meta->mark);
	put_cell(print, meta->comment);
	columns_row(print);
}

static void print_columns(struct request *request, const struct store_entries *entries)
{
	struct columns print;

	columns_begin(&print, columns, sizeof(columns) / sizeof(*columns), false,
		      request->options.oneline, request->out);
	print.painted = request->options.color;
	for (size_t i = 0; i < entries->count; i++)
		put_row(&print, i, &entries->items[i]);
	columns_end(&print);
}

static int history(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	const char *lab = NULL;
	int r = store_labs(&labs, error);

	if (!r)
		r = take_lab(words, &labs, &lab, error);
	if (!r && lab)
		r = store_list(lab, &entries, error);
	if (r < 0)
		return r;
	if (request->options.json)
		print_json(request, lab, &entries);
	else
		print_columns(request, &entries);
	return 0;
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[LAB]",
	  "list the files of a lab that were applied, the newest first",
	  history,
	  VERB_WHOLE,
	  { NULL } },
};
/* clang-format on */

const struct command command_history = {
	.name = "history",
	.help = "which files of a lab were applied, by whom and when",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};

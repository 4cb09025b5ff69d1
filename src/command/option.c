/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attr/value.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/request.h"

#define FLAG_OPTION(function, member, what)                                                  \
	static int function(struct options *options, const char *value, struct error *error) \
	{                                                                                    \
		(void)value;                                                                 \
		(void)error;                                                                 \
		options->member = (what);                                                    \
		return 0;                                                                    \
	}

FLAG_OPTION(set_json, json, true)
FLAG_OPTION(set_pretty, pretty, true)
FLAG_OPTION(set_details, details, true)
FLAG_OPTION(set_stats, stats, true)
FLAG_OPTION(set_oneline, oneline, true)
FLAG_OPTION(set_brief, brief, true)
FLAG_OPTION(set_inet, family, IPV4)
FLAG_OPTION(set_inet6, family, IPV6)
FLAG_OPTION(set_all, all_netns, true)
FLAG_OPTION(set_force, force, true)
FLAG_OPTION(set_idempotent, idempotent, true)
FLAG_OPTION(set_quiet, quiet, true)
FLAG_OPTION(set_verbose, verbose, true)
FLAG_OPTION(set_dry_run, dry_run, true)
FLAG_OPTION(set_adopt, adopt, true)
FLAG_OPTION(set_no_prune, no_prune, true)
FLAG_OPTION(set_kill, kill, true)
FLAG_OPTION(set_diff, diff, true)
FLAG_OPTION(set_list, list, true)
FLAG_OPTION(set_every, every, true)
FLAG_OPTION(set_no_pause, no_pause, true)
FLAG_OPTION(set_restart, restart, true)

static int set_netns(struct options *options, const char *value, struct error *error)
{
	(void)error;
	options->netns = value;
	return 0;
}

static int set_batch(struct options *options, const char *value, struct error *error)
{
	(void)error;
	options->batch = value;
	return 0;
}

static int set_family(struct options *options, const char *value, struct error *error)
{
	if (!strcmp(value, "inet"))
		options->family = IPV4;
	else if (!strcmp(value, "inet6"))
		options->family = IPV6;
	else if (strcmp(value, "link") && strcmp(value, "bridge"))
		return error_usage(error, "family '%s': expected inet, inet6, link or bridge",
				   value);
	return 0;
}

static int set_timeout(struct options *options, const char *value, struct error *error)
{
	uint64_t seconds;

	if (!number_read(value, &seconds) || !seconds || seconds > 3600)
		return error_usage(error, "--timeout '%s': expected seconds, 1 to 3600", value);
	options->timeout_ms = (int)seconds * 1000;
	return 0;
}

struct unit {
	const char *name;
	uint64_t ms;
};

/* A number in front of its unit; strtoull() would take a sign and blanks. 0: it is no such time. */
static uint64_t read_time(const char *value, const struct unit *units, size_t count)
{
	size_t digits = strspn(value, "0123456789");
	uint64_t number = digits && digits <= 9 ? strtoull(value, NULL, 10) : 0;

	for (size_t i = 0; i < count; i++)
		if (!strcmp(value + digits, units[i].name))
			return number * units[i].ms;
	return 0;
}

static const struct unit units[] = {
	{ "", 1000 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "ms", 1 },
};
enum { UNITS = sizeof(units) / sizeof(*units), WHOLE_UNITS = UNITS - 1 };

static int set_confirm(struct options *options, const char *value, struct error *error)
{
	const uint64_t most = 24 * 60 * 60 * 1000;
	uint64_t ms = read_time(value, units, WHOLE_UNITS);

	if (!ms || ms > most)
		return error_usage(
			error,
			"--confirm '%s': expected a time from 1s to 24h, as 90, 90s, 5m or 1h",
			value);
	options->confirm_s = (uint32_t)(ms / 1000);
	return 0;
}

static int set_count(struct options *options, const char *value, struct error *error)
{
	if (!number_read(value, &options->count) || !options->count)
		return error_usage(error, "--count '%s': expected a number, 1 or more", value);
	return 0;
}

static int set_for(struct options *options, const char *value, struct error *error)
{
	options->for_ms = read_time(value, units, UNITS);
	if (!options->for_ms)
		return error_usage(error, "--for '%s': expected a time as 10s, 5m, 2h or 500ms",
				   value);
	return 0;
}

static int set_host(struct options *options, const char *value, struct error *error)
{
	(void)error;
	options->host = value;
	return 0;
}

static int set_set(struct options *options, const char *value, struct error *error)
{
	size_t count = 0;

	while (options->sets[count])
		count++;
	if (count == OPTION_SETS)
		return error_usage(error, "--set: more than %d", OPTION_SETS);
	options->sets[count] = value;
	return 0;
}

static int set_as(struct options *options, const char *value, struct error *error)
{
	if (strcmp(value, "ip"))
		return error_usage(error, "--as '%s': expected ip", value);
	options->as_ip = true;
	return 0;
}

static int set_format(struct options *options, const char *value, struct error *error)
{
	if (!words_among("dot mermaid svg html", value))
		return error_usage(error, "--format '%s': expected dot, mermaid, svg or html",
				   value);
	options->format = value;
	return 0;
}

/* NO_COLOR: https://no-color.org, when it is there and not empty. */
bool color_wanted(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       !(term && !strcmp(term, "dumb"));
}

static int set_color(struct options *options, const char *value, struct error *error)
{
	if (value && !strcmp(value, "never"))
		options->color = false;
	else if (value && !strcmp(value, "auto"))
		options->color = color_wanted();
	else if (!value || !strcmp(value, "always"))
		options->color = true;
	else
		return error_usage(error, "--color '%s': expected auto, always or never", value);
	return 0;
}

/* A value in brackets may be left out, and then stands behind "=" only. */
/* clang-format off */
const struct option_row option_rows[] = {
	{ "n", "netns", "netns net", "NETNS", "work in this namespace (NAME or pid:N)", set_netns },
	{ "j", "json", "json js", NULL, "print JSON", set_json },
	{ "p", "pretty", "pretty", NULL, "indent it", set_pretty },
	{ "d", "details", "details detail det", NULL, "show more", set_details },
	{ "s", "stats", "stats statistics stat", NULL, "show counters and times", set_stats },
	{ "o", "oneline", "oneline", NULL, "one line each, every column, no header: for awk",
	  set_oneline },
	{ NULL, "brief", "br brief", NULL, "show less", set_brief },
	{ "4", NULL, NULL, NULL, "IPv4 only", set_inet },
	{ "6", NULL, NULL, NULL, "IPv6 only", set_inet6 },
	{ "f", "family", "family", "{inet|inet6|link|bridge}", "addresses of one family only", set_family },
	{ "A", "all-netns", "all", NULL, "show in every named namespace", set_all },
	{ "a", NULL, NULL, NULL, "the same", set_all },
	{ "b", "batch", "batch", "FILE", "read commands from a file, - is stdin", set_batch },
	{ NULL, "force", "force", NULL,
	  "with -b: go on after an error; also do what cuts this ssh session", set_force },
	{ "i", "idempotent", "idempotent", NULL,
	  "what exists already, or is gone already, is no error", set_idempotent },
	{ "c", "color", "color", "[auto|always|never]", "colours", set_color },
	{ "q", "quiet", "quiet", NULL, "no notes", set_quiet },
	{ "v", "verbose", "verbose", NULL, "tell what is sent and answered", set_verbose },
	{ NULL, "dry-run", NULL, NULL, "show the steps and send nothing", set_dry_run },
	{ NULL, "as", NULL, "ip", "print the steps as commands of iproute2, send nothing", set_as },
	{ NULL, "confirm", NULL, "TIME",
	  "take the change back after this time (90, 90s, 5m, 1h), unless it is confirmed", set_confirm },
	{ NULL, "host", NULL, "HOST", "of a topology file: only this host's part, on this machine",
	  set_host },
	{ NULL, "set", NULL, "VAR=VALUE", "of a topology file: the value of a variable", set_set },
	{ NULL, "adopt", NULL, NULL,
	  "of a topology file: take over what is there and not the lab's", set_adopt },
	{ NULL, "no-prune", NULL, NULL,
	  "of a topology file: what it no longer names stays", set_no_prune },
	{ NULL, "kill", NULL, NULL, "of destroy: end the processes that live in its namespaces",
	  set_kill },
	{ NULL, "count", NULL, "COUNT", "of monitor packets: end after so many", set_count },
	{ NULL, "for", NULL, "TIME", "of monitor packets: end after 10s, 5m, 2h or 500ms", set_for },
	{ NULL, "format", NULL, "{dot|mermaid|svg|html}", "of graph: in what it draws (dot)",
	  set_format },
	{ NULL, "diff", NULL, NULL, "of graph: colour how a topology file differs from the network",
	  set_diff },
	{ NULL, "list", NULL, NULL, "of learn: the lessons, and how far you came", set_list },
	{ NULL, "all", NULL, NULL, "of learn: every lesson, one after the other", set_every },
	{ NULL, "no-pause", NULL, NULL, "of learn: to the end without a question", set_no_pause },
	{ NULL, "restart", NULL, NULL, "of learn: from the first step, however far you came",
	  set_restart },
	{ NULL, "timeout", NULL, "SECONDS", "how long to wait for an answer of the kernel (5)",
	  set_timeout },
	{ "V", "version", "Version", NULL, "print the version", NULL },
	{ "h", "help", "help", NULL, "print help", NULL },
};
/* clang-format on */
const size_t option_rows_count = sizeof(option_rows) / sizeof(*option_rows);

void option_usage(const struct option_row *row, struct text *text)
{
	if (row->letter)
		text_printf(text, "-%s%s", row->letter, row->name ? ", " : "");
	if (row->name)
		text_printf(text, "--%s", row->name);
	if (row->value)
		text_printf(text, "%s%s", *row->value == '[' ? "=" : " ", row->value);
}

const struct option_row *option_find(const char *word, bool behind, const char **value)
{
	bool is_long = word[1] == '-';
	const char *name = word + 1 + is_long;
	size_t length = strcspn(name, "=");

	*value = name[length] == '=' ? name + length + 1 : NULL;
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (is_long && row->name && strlen(row->name) == length &&
		    !strncmp(row->name, name, length))
			return row;
		if (behind || is_long)
			continue;
		if (row->letter && length == 1 && *row->letter == *name)
			return row;
		if (length == strlen(name) && words_among(row->others, name))
			return row;
		/* iproute2's "-c=never", "-color=never". */
		if (*value && row->name && !strncmp(row->name, name, length) &&
		    strlen(row->name) == length)
			return row;
	}
	return NULL;
}

static int unknown(const char *word, struct error *error)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (size_t i = 0; i < option_rows_count; i++)
		if (option_rows[i].name)
			words_nearer(word + 2, option_rows[i].name, &best, &distance);
	error_usage(error, "there is no option '%s'", word);
	if (word[1] == '-')
		words_suggest(error, word + 2, best, distance);
	return -EINVAL;
}

static int take_value(const struct option_row *row, const char *word, const char **value,
		      struct words *words, struct error *error)
{
	if (!row->value && *value)
		return error_usage(error, "option '%s' takes no value", word);
	if (row->value && *row->value != '[' && !*value) {
		*value = words_value(words, word, row->value, error);
		if (!*value)
			return -EINVAL;
	}
	return 0;
}

/* Whether it is the beginning of a name, `least` letters or more. */
static bool is_short_of(const char *name, size_t least, const char *word)
{
	size_t length = strlen(word);

	return length >= least && !strncmp(name, word, length);
}

static bool is_sandbox(const char *word)
{
	return is_short_of("sandbox", 2, word);
}

/* `sandbox` has an option of its own, which may stand in front of its command. */
static bool is_kept_option(const char *word)
{
	return !strncmp(word, "--name", 6) && (!word[6] || word[6] == '=');
}

/* Whether the next word of `sandbox …` belongs to the command that is run. */
static bool is_in_sandbox(char *const *kept, size_t count)
{
	size_t at = 1;

	while (at < count && is_kept_option(kept[at]))
		at += kept[at][6] ? 1 : 2;
	if (at >= count || words_among("list show end", kept[at]))
		return false;
	/* "enter" has a name in front of the command, "run" may be left out. */
	return strcmp(kept[at], "enter") != 0 || count > at + 1;
}

/* Nothing behind these is an option of ours: the command that is run has its own. */
static bool ends_options(char *const *kept, size_t count, const char *word)
{
	if (!strcmp(word, "--"))
		return true;
	if (count && is_sandbox(kept[0]))
		return is_in_sandbox(kept, count);
	if (count >= 2 && is_short_of("enter", 1, kept[0]))
		return true;
	return count >= 3 && is_short_of("netns", 3, kept[0]) && is_short_of("exec", 1, kept[1]);
}

int options_take(struct options *options, struct words *words, enum special *special,
		 struct error *error)
{
	char **kept = words->at;
	size_t count = 0;

	*special = SPECIAL_NONE;
	while (words->left) {
		const char *word = *words->at;
		const char *value = NULL;
		const struct option_row *row;
		bool behind = count > 0;
		int r;

		if (ends_options(kept, count, word)) {
			while (words->left)
				kept[count++] = *words->at++, words->left--;
			break;
		}
		if (word[0] != '-' || !word[1] || (behind && word[1] != '-')) {
			kept[count++] = *words->at++;
			words->left--;
			continue;
		}
		words_take(words);
		if (behind && is_sandbox(kept[0]) && is_kept_option(word)) {
			kept[count++] = words->at[-1];
			if (!word[6] && words->left)
				kept[count++] = *words->at++, words->left--;
			continue;
		}
		row = option_find(word, behind, &value);
		if (!row)
			return unknown(word, error);
		r = take_value(row, word, &value, words, error);
		if (r < 0)
			return r;
		if (row->set)
			r = row->set(options, value, error);
		else
			*special = *row->letter == 'h' ? SPECIAL_HELP : SPECIAL_VERSION;
		if (r < 0)
			return r;
	}
	words->at = kept;
	words->left = count;
	return 0;
}

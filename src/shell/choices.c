/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/choices.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"

enum {
	GAP = 2,        /* columns between words */
	WORD_MOST = 24, /* columns a word takes in a table before its help; a longer one moves it */
};

void choices_clear(struct choices *choices)
{
	for (size_t i = 0; i < choices->count; i++) {
		free(choices->items[i].word);
		free(choices->items[i].help);
	}
	free(choices->items);
	*choices = (struct choices){ 0 };
}

/* Whether it is shown as it is. */
static bool is_clean(const char *word)
{
	CLEANUP(text_clear) struct text escaped = { 0 };
	bool is_plain = true;

	for (const char *at = word; *at && is_plain; at++)
		is_plain = *at > ' ' && *at < 0x7f && *at != '\\';
	if (is_plain)
		return *word;
	/* A backslash is doubled so that nothing else looks like it; here it may stand. */
	text_escape_again(&escaped, word, strlen(word));
	return !strcmp(text_string(&escaped), word);
}

static char *escaped_copy(const char *string)
{
	struct text text = { 0 };

	text_escape_again(&text, string, strlen(string));
	text_string(&text);
	return text.bytes;
}

void choices_put(void *cookie, const char *word, const char *help)
{
	struct choices *choices = cookie;

	if (word ? !is_clean(word) : !help)
		return;
	if (word && choices->typed && strncmp(word, choices->typed, strlen(choices->typed)) != 0)
		return;
	*array_add(&choices->items, &choices->count, &choices->room) = (struct choice){
		word ? memory_text(word) : NULL,
		help ? escaped_copy(help) : NULL,
		choices->count,
	};
	choices->words += word != NULL;
}

/* Those of a directory that begin with `name`, with `prefix` in front. */
static void put_directory(struct choices *choices, const char *path, const char *prefix,
			  const char *name, bool programs)
{
	DIR *directory = opendir(path);
	CLEANUP(text_clear) struct text word = { 0 };
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		const char *own = entry->d_name;
		struct stat stat;

		/* One that begins with a dot is hidden from who did not type one. */
		if (strncmp(own, name, strlen(name)) != 0 || (*own == '.' && *name != '.') ||
		    !strcmp(own, ".") || !strcmp(own, ".."))
			continue;
		if (fstatat(dirfd(directory), own, &stat, 0) < 0)
			stat.st_mode = 0;
		if (programs && (!S_ISREG(stat.st_mode) ||
				 faccessat(dirfd(directory), own, X_OK, AT_EACCESS) < 0))
			continue;
		text_cut(&word, 0);
		text_puts(&word, prefix);
		text_puts(&word, own);
		if (S_ISDIR(stat.st_mode))
			text_char(&word, '/');
		choices_put(choices, text_string(&word), NULL);
	}
	if (directory)
		closedir(directory);
}

void choices_put_files(struct choices *choices, const char *typed)
{
	const char *slash = strrchr(typed, '/');
	CLEANUP(pointer_free) char *prefix = memory_text(typed);

	choices->shown = slash ? (size_t)(slash - typed) + 1 : 0;
	prefix[choices->shown] = '\0';
	put_directory(choices, *prefix ? prefix : ".", prefix, typed + choices->shown, false);
}

void choices_put_programs(struct choices *choices, const char *typed)
{
	const char *path = getenv("PATH");
	CLEANUP(pointer_free) char *all = memory_text(path ? path : "");
	char *rest = all;

	if (strchr(typed, '/')) {
		choices_put_files(choices, typed);
		return;
	}
	for (const char *one; (one = strsep(&rest, ":"));)
		if (*one)
			put_directory(choices, one, "", typed, true);
}

static int by_word(const void *a, const void *b)
{
	const struct choice *one = a, *other = b;

	int order = !one->word - !other->word;

	if (!order)
		order = one->word ? strverscmp(one->word, other->word)
				  : strcmp(one->help, other->help);
	return order ? order : (one->place > other->place) - (one->place < other->place);
}

void choices_sort(struct choices *choices)
{
	size_t kept = 0;

	if (choices->count)
		qsort(choices->items, choices->count, sizeof(*choices->items), by_word);
	choices->words = 0;
	for (size_t i = 0; i < choices->count; i++) {
		struct choice *item = &choices->items[i],
			      *last = kept ? &choices->items[kept - 1] : NULL;
		bool is_double = last && !last->word == !item->word &&
				 !strcmp(item->word ? item->word : item->help,
					 last->word ? last->word : last->help);

		if (is_double) {
			/* The one that says more is the one that stays. */
			if (item->word && !last->help)
				last->help = take_ptr(item->help);
			free(item->word);
			free(item->help);
			continue;
		}
		choices->words += item->word != NULL;
		choices->items[kept++] = *item;
	}
	choices->count = kept;
}

size_t choices_common(const struct choices *choices)
{
	const char *first = choices->items[0].word;
	size_t common = strlen(first);

	for (size_t i = 1; i < choices->words; i++) {
		size_t same = 0;

		while (same < common && choices->items[i].word[same] == first[same])
			same++;
		common = same;
	}
	/* No character is taken apart. */
	while (common && ((unsigned char)first[common] & 0xc0) == 0x80)
		common--;
	return common;
}

void choices_columns(const struct choices *choices, size_t width, struct text *text)
{
	size_t count = choices->words, widest = 0, columns, rows;

	for (size_t i = 0; i < count; i++) {
		const char *word = choices->items[i].word + choices->shown;
		size_t wide = text_width(word, strlen(word));

		widest = wide > widest ? wide : widest;
	}
	columns = width > widest + GAP ? (width + GAP - 1) / (widest + GAP) : 1;
	rows = (count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < count; i += rows) {
			const char *word = choices->items[i].word + choices->shown;

			text_puts(text, word);
			if (i + rows < count)
				text_spaces(text, widest + GAP - text_width(word, strlen(word)));
		}
		text_char(text, '\n');
	}
}

/* As much of it as fits. */
static void put_cut(struct text *text, const char *string, size_t columns)
{
	size_t length = strlen(string);

	if (text_width(string, length) <= columns) {
		text_puts(text, string);
		return;
	}
	while (length && (text_width(string, length) + 3 > columns ||
			  ((unsigned char)string[length] & 0xc0) == 0x80))
		length--;
	text_put(text, string, length);
	text_puts(text, "...");
}

void choices_table(const struct choices *choices, size_t width, struct text *text)
{
	size_t widest = 0;

	for (size_t i = 0; i < choices->count; i++) {
		const struct choice *item = &choices->items[i];
		const char *word = item->word ? item->word + choices->shown : item->help;
		size_t wide = text_width(word, strlen(word));

		if (wide > widest && wide <= WORD_MOST)
			widest = wide;
	}
	for (size_t i = 0; i < choices->count; i++) {
		const struct choice *item = &choices->items[i];
		const char *word = item->word ? item->word + choices->shown : item->help;
		size_t wide = text_width(word, strlen(word));
		size_t column = GAP + (wide > widest ? wide : widest) + GAP;

		text_spaces(text, GAP);
		text_puts(text, word);
		if (item->word && item->help) {
			text_spaces(text, column - GAP - wide);
			/* The last column stays empty: a terminal wraps behind it. */
			put_cut(text, item->help, width > column + 4 ? width - column - 1 : 4);
		}
		text_char(text, '\n');
	}
}

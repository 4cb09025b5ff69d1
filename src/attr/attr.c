/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attr/attr.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "attr/codec.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"

/* How a word names a row. */
enum spelling { SPELLED_NAME, SPELLED_ALIAS, SPELLED_NO, SPELLED_KEYWORD };

static const struct attr_set *asked_of(const struct attr_table *table, const void *object)
{
	return (const struct attr_set *)(const void *)((const char *)object + table->asked);
}

void attr_drop(const struct attr_table *table, void *object, const struct attr *row)
{
	struct attr_set *asked = attr_asked(table, object);

	asked->value &= ~attr_bit(table, row);
	asked->null &= ~attr_bit(table, row);
	memset(attr_field(row, object), 0, row->size);
}

const struct attr *attr_row(const struct attr_table *table, size_t offset)
{
	const struct attr *row = table->rows, *end = row + table->count;

	while (row < end && row->offset != offset)
		row++;
	assert(row < end);
	return row;
}

static bool is_word(const char *a, const char *b)
{
	return *a == *b && !strcmp(a, b);
}

bool attr_is_called(const struct attr *row, const char *word)
{
	return is_word(row->name, word) || words_among(row->alias, word);
}

/* "nolearning", "nomaster": a bool that may be off, a link that may be none. */
static bool has_no(const struct attr *row)
{
	if (row->traits & (ATTR_FLAG | ATTR_BARE | ATTR_STATUS))
		return false;
	return row->type == &attr_type_bool ||
	       (row->type == &attr_type_link_name && (row->traits & ATTR_NO_ZERO));
}

enum { INITIALS = 32, TABLES = 32 /* more than there are */ };

/* Which rows a word that begins so may call: bit i is row i. */
struct initials {
	const struct attr_table *table;
	uint64_t rows[INITIALS];
};

/* A letter, whatever its case; all else is one: an address, a number. */
static size_t initial_of(const char *word)
{
	return *word & 0x40 ? *word & 0x1f : 0;
}

static void note_initials(struct initials *initials, const struct attr *row, uint64_t bit)
{
	const char *alias = row->alias;

	initials->rows[initial_of(row->name)] |= bit;
	while (alias) {
		initials->rows[initial_of(alias)] |= bit;
		alias = strchr(alias, ' ');
		if (alias)
			alias++;
	}
	for (const struct keyword *k = row->keywords; (row->traits & ATTR_BARE) && k && k->word;
	     k++)
		initials->rows[initial_of(k->word)] |= bit;
	if (has_no(row))
		initials->rows[initial_of("no")] |= bit;
}

/* Found once for each table: a file may have a million words, and most call none of its rows. */
static uint64_t rows_by_initial(const struct attr_table *table, const char *word)
{
	static struct initials all[TABLES];
	struct initials *initials = all;

	while (initials->table != table && initials->table && initials < all + TABLES - 1)
		initials++;
	if (initials->table != table) {
		*initials = (struct initials){ .table = table };
		for (size_t i = 0; i < table->count; i++)
			note_initials(initials, &table->rows[i], UINT64_C(1) << i);
	}
	return initials->rows[initial_of(word)];
}

/* Takes the first of a set of rows out of it; NULL: none is left. */
static const struct attr *next_row(const struct attr_table *table, uint64_t *rows)
{
	const struct attr *row = *rows ? &table->rows[__builtin_ctzll(*rows)] : NULL;

	*rows &= *rows - 1;
	return row;
}

const struct attr *attr_find(const struct attr_table *table, const char *word)
{
	uint64_t rows = rows_by_initial(table, word), left = rows;
	const struct attr *row;

	while ((row = next_row(table, &left)))
		if (is_word(row->name, word))
			return row;
	left = rows;
	while ((row = next_row(table, &left)))
		if (words_among(row->alias, word))
			return row;
	return NULL;
}

static const struct attr *find_spelled(const struct attr_table *table, const char *word,
				       enum spelling *spelling)
{
	uint64_t rows = rows_by_initial(table, word), left = rows, value;
	const struct attr *row;

	*spelling = SPELLED_NAME;
	while ((row = next_row(table, &left))) {
		if (!is_word(row->name, word) || (row->traits & ATTR_STATUS))
			continue;
		/* "up" is the name and one of the keywords of `up` and `down`. */
		if ((row->traits & ATTR_BARE) && keyword_value(row->keywords, word, &value))
			*spelling = SPELLED_KEYWORD;
		return row;
	}
	*spelling = SPELLED_ALIAS;
	left = rows;
	while ((row = next_row(table, &left)))
		if (words_among(row->alias, word) && !(row->traits & ATTR_STATUS))
			return row;
	*spelling = SPELLED_NO;
	left = strncmp(word, "no", 2) ? 0 : rows;
	while ((row = next_row(table, &left)))
		if (has_no(row) && attr_is_called(row, word + 2))
			return row;
	*spelling = SPELLED_KEYWORD;
	left = rows;
	while ((row = next_row(table, &left)))
		if ((row->traits & ATTR_BARE) && keyword_value(row->keywords, word, &value))
			return row;
	return NULL;
}

const struct attr *attr_find_word(const struct attr_table *table, const char *word, bool *negated)
{
	enum spelling spelling;
	const struct attr *row = find_spelled(table, word, &spelling);

	*negated = row && spelling == SPELLED_NO;
	return row;
}

bool attr_equal(const struct attr *row, const void *a, const void *b)
{
	return !memcmp(attr_value(row, a), attr_value(row, b), row->size);
}

bool attr_is_zero(const struct attr *row, const void *object)
{
	const char *bytes = attr_value(row, object);

	for (size_t i = 0; i < row->size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

uint64_t attr_integer(const void *field, size_t size)
{
	union {
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} value;

	switch (size) {
	case 1:
		return *(const uint8_t *)field;
	case 2:
		memcpy(&value.u16, field, 2);
		return value.u16;
	case 4:
		memcpy(&value.u32, field, 4);
		return value.u32;
	default:
		assert(size == 8);
		memcpy(&value.u64, field, 8);
		return value.u64;
	}
}

void attr_set_integer(void *field, size_t size, uint64_t value)
{
	uint16_t u16 = (uint16_t)value;
	uint32_t u32 = (uint32_t)value;

	switch (size) {
	case 1:
		*(uint8_t *)field = (uint8_t)value;
		break;
	case 2:
		memcpy(field, &u16, 2);
		break;
	case 4:
		memcpy(field, &u32, 4);
		break;
	default:
		assert(size == 8);
		memcpy(field, &value, 8);
	}
}

int attr_parse(const struct attr_table *table, const struct attr *row,
	       const struct attr_context *context, void *object, struct words *words,
	       struct error *error)
{
	int r = row->type->parse(row, context, words, attr_field(row, object), error);

	if (r < 0)
		return r;
	attr_mark(table, object, row);
	return 0;
}

static int refuse_second(const struct attr *row, const char *word, struct error *error)
{
	if (is_word(row->name, word))
		return error_usage(error, "'%s' is given twice", word);
	return error_usage(error, "'%s' is given twice: '%s' sets it again", row->name, word);
}

int attr_take(const struct attr_table *table, const struct attr_context *context, void *object,
	      struct words *words, struct error *error)
{
	const char *word = words_peek(words);
	enum spelling spelling;
	const struct attr *row = word ? find_spelled(table, word, &spelling) : NULL;
	const struct attr_set *asked = asked_of(table, object);
	struct attr renamed;
	int r = 0;

	if (!row)
		return 0;
	if ((asked->value | asked->null) & attr_bit(table, row))
		return refuse_second(row, word, error);
	if (spelling != SPELLED_KEYWORD)
		words_take(words);
	if (spelling == SPELLED_NO) {
		memset(attr_field(row, object), 0, row->size);
	} else if (spelling == SPELLED_ALIAS) {
		/* Errors name the spelling that the user chose. */
		renamed = *row;
		renamed.name = word;
		r = row->type->parse(&renamed, context, words, attr_field(row, object), error);
	} else {
		r = row->type->parse(row, context, words, attr_field(row, object), error);
	}
	if (r < 0)
		return r;
	attr_mark(table, object, row);
	return 1;
}

/* Whether its value is whatever text somebody gave. */
static bool is_text(const struct attr *row)
{
	return row->type->interned;
}

static const char *word_of(const struct attr *row, enum attr_style style)
{
	return style == ATTR_STYLE_IP && row->ip ? row->ip : row->name;
}

static void print_bool(const struct attr *row, const void *object, enum attr_style style,
		       struct text *text)
{
	bool value = *(const bool *)attr_value(row, object);
	const char *keyword = keyword_word(row->keywords, value);

	if ((row->traits & ATTR_BARE) && keyword) {
		text_puts(text, keyword);
		return;
	}
	if (style == ATTR_STYLE_IP && (row->traits & ATTR_BOOL_WORD) && !value)
		text_puts(text, "no");
	text_puts(text, word_of(row, style));
	if (style == ATTR_STYLE_IP && (row->traits & ATTR_BOOL_WORD))
		return;
	if (style == ATTR_STYLE_IP && (row->traits & ATTR_BOOL_NUMBER))
		text_puts(text, value ? " 1" : " 0");
	else if (!(row->traits & ATTR_FLAG) || !value)
		text_puts(text, value ? " on" : " off");
}

void attr_print(const struct attr *row, const struct attr_context *context, const void *object,
		enum attr_style style, struct text *text)
{
	const void *field = attr_value(row, object);

	if (row->type == &attr_type_bool) {
		print_bool(row, object, style, text);
		return;
	}
	if (has_no(row) && attr_is_zero(row, object)) {
		text_puts(text, "no");
		text_puts(text, word_of(row, style));
		return;
	}
	if (!(row->traits & ATTR_BARE) ||
	    !keyword_word(row->keywords, attr_integer(field, row->size))) {
		text_puts(text, word_of(row, style));
		text_char(text, ' ');
	}
	if (style == ATTR_STYLE_IP && (row->traits & ATTR_BOOL_NUMBER)) {
		text_number(text, attr_integer(field, row->size));
	} else if (style == ATTR_STYLE_IP && is_text(row)) {
		attr_print_word(row, context, object, style, text);
	} else {
		row->type->print(row, context, field, text);
	}
}

void attr_print_word(const struct attr *row, const struct attr_context *context, const void *object,
		     enum attr_style style, struct text *text)
{
	CLEANUP(text_clear) struct text raw = { 0 };
	const char *string;

	if (style != ATTR_STYLE_IP || !is_text(row)) {
		attr_print_value(row, context, object, text);
		return;
	}
	/* Such lines end up in a script, where an alias must stay one word. */
	attr_print_raw(row, context, object, &raw);
	string = text_string(&raw);
	/* A process is a bare number to ip(8). */
	if (row->type == &attr_type_netns_name && !strncmp(string, "pid:", 4))
		string += 4;
	text_shell_word(text, string);
}

void attr_print_value(const struct attr *row, const struct attr_context *context,
		      const void *object, struct text *text)
{
	const void *field = attr_value(row, object);
	const char *shown = row->type == &attr_type_number
				    ? keyword_shown(row->keywords, attr_integer(field, row->size))
				    : NULL;

	if (shown)
		text_puts(text, shown);
	else
		row->type->print(row, context, field, text);
}

void attr_print_raw(const struct attr *row, const struct attr_context *context, const void *object,
		    struct text *text)
{
	const void *field = attr_value(row, object);

	if (is_text(row)) {
		text_puts(text, names_text(context->names, (uint32_t)attr_integer(field, 4)));
	} else if (row->type == &attr_type_prefix) {
		const struct prefix *prefix = field;

		/* "default" alone would be IPv4's. */
		if (prefix->family == IPV6 && !prefix->length && context->family != IPV6) {
			address_print(IPV6, prefix->bytes, text);
			text_puts(text, "/0");
		} else {
			row->type->print(row, context, field, text);
		}
	} else {
		row->type->print(row, context, field, text);
	}
}

/* The key's spelling may depend on the family: vxlan's "group" and "group6". */
static const char *json_key_of(const struct attr *row, const void *field)
{
	/* Both types begin with the family. */
	if (row->json6 && (row->type == &attr_type_address || row->type == &attr_type_prefix) &&
	    *(const uint8_t *)field == IPV6)
		return row->json6;
	return row->json ? row->json : row->name;
}

void attr_json(const struct attr *row, const struct attr_context *context, const void *object,
	       struct json *json)
{
	const void *field = attr_value(row, object);

	if (row->traits & ATTR_HIDDEN)
		return;
	if (!row->list)
		row->type->json(row, context, field, json_key_of(row, field), json);
	else if (row->type != &attr_type_bool)
		row->type->json(row, context, field, NULL, json);
	else if (*(const bool *)field)
		json_string(json, NULL, json_key_of(row, field));
}

static void put_choice(struct text *text, const char *word)
{
	if (text->length)
		text_char(text, '|');
	text_puts(text, word);
}

/* "1-16777215", "{auto|inherit|0-255}", "{up|down}", "NUMBER". */
static void put_usage(const struct attr *row, struct text *text)
{
	CLEANUP(text_clear) struct text choices = { 0 };
	CLEANUP(text_clear) struct text range = { 0 };

	for (const struct keyword *k = row->keywords; k && k->word; k++) {
		/* A second spelling of the same value is no further choice. */
		if (keyword_word(row->keywords, k->value) == k->word)
			put_choice(&choices, k->word);
	}
	if ((row->min || row->max) && row->type == &attr_type_number) {
		uint64_t most = row->size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * row->size) - 1;

		text_number(&range, row->min);
		text_char(&range, '-');
		text_number(&range, row->max ? row->max : most);
		put_choice(&choices, text_string(&range));
	} else if (!row->keywords || row->database) {
		put_choice(&choices, row->type->usage);
	}
	if (memchr(choices.bytes, '|', choices.length))
		text_printf(text, "{%s}", text_string(&choices));
	else
		text_put(text, choices.bytes, choices.length);
}

void attr_usage(const struct attr *row, struct text *text)
{
	if (row->usage)
		text_puts(text, row->usage);
	else if (row->type == &attr_type_number || row->keywords)
		put_usage(row, text);
	else if (!(row->traits & ATTR_FLAG))
		text_puts(text, row->type->usage);
}

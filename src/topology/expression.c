/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/expression.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr/value.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

/* What an expression can be worth; an address and a MAC are integers with a form. */
enum form { FORM_NUMBER, FORM_IPV4, FORM_IPV6, FORM_MAC, FORM_TEXT };

struct worth {
	enum form form;
	__extension__ unsigned __int128 bits; /* of an address or MAC */
	int64_t number;
	const char *text; /* of FORM_TEXT: a variable that is none of these */
	size_t length;
};

enum { MOST_DEPTH = 32 };

struct evaluation {
	const char *start; /* of the whole text, for offsets */
	const char *at, *end;
	const struct scope *scope;
	struct error *error;
	unsigned depth;
};

/* The variable, or NULL. */
static const struct scope *find_variable(const struct scope *scope, const char *name, size_t length)
{
	while (scope && (*scope->name != *name || strncmp(scope->name, name, length) != 0 ||
			 scope->name[length]))
		scope = scope->outer;
	return scope;
}

static void skip_blanks(struct evaluation *e)
{
	while (e->at < e->end && (*e->at == ' ' || *e->at == '\t'))
		e->at++;
}

static bool from_number(const char *word, struct worth *worth)
{
	uint64_t number;

	if (!number_read(word, &number) || number > INT64_MAX)
		return false;
	*worth = (struct worth){ .form = FORM_NUMBER, .number = (int64_t)number };
	return true;
}

static bool from_bytes(const uint8_t *bytes, size_t size, enum form form, struct worth *worth)
{
	*worth = (struct worth){ .form = form };
	for (size_t i = 0; i < size; i++)
		worth->bits = worth->bits << 8 | bytes[i];
	return true;
}

/* 7, 0x1f, 10.0.0.1, fe80::1 or 02:00:00:00:00:0b; a MAC's bytes may stand apart otherwise. */
static bool from_word(const char *word, struct worth *worth)
{
	struct address address;
	uint8_t mac[6];

	if (!isdigit((unsigned char)*word) && !strpbrk(word, ":-."))
		return false;
	if (from_number(word, worth))
		return true;
	if (mac_read(word, mac))
		return from_bytes(mac, sizeof(mac), FORM_MAC, worth);
	if (address_read(word, &address))
		return from_bytes(address.bytes, address_size(address.family),
				  address.family == IPV6 ? FORM_IPV6 : FORM_IPV4, worth);
	return false;
}

/* In an expression a '-' is an operator; a variable's whole value may begin with one. */
static bool from_value(const char *value, struct worth *worth)
{
	if (*value != '-')
		return from_word(value, worth);
	if (!from_number(value + 1, worth))
		return false;
	worth->number = -worth->number;
	return true;
}

static void from_variable(const struct scope *variable, struct worth *worth)
{
	const char *value = variable->value;

	if (variable->count)
		*worth = (struct worth){ .form = FORM_NUMBER, .number = *variable->count };
	else if (!from_value(value, worth))
		*worth =
			(struct worth){ .form = FORM_TEXT, .text = value, .length = strlen(value) };
}

static bool is_word_char(const struct evaluation *e)
{
	/* ".." ends a number: 1..100. */
	if (*e->at == '.')
		return e->at + 1 < e->end && e->at[1] != '.';
	return isalnum((unsigned char)*e->at) || *e->at == '_' || *e->at == ':';
}

static int read_word(struct evaluation *e, struct worth *worth)
{
	const char *start = e->at;
	char word[64];
	const struct scope *variable;
	size_t length;

	while (e->at < e->end && is_word_char(e))
		e->at++;
	length = (size_t)(e->at - start);
	if (!length) {
		e->at = start;
		if (e->at == e->end)
			return error_usage(e->error, "the expression ends too early");
		return error_usage(e->error, "'%c' has no place in an expression", *e->at);
	}
	if (length >= sizeof(word)) {
		e->at = start;
		return error_usage(e->error, "a word in the expression is too long");
	}
	memcpy(word, start, length);
	word[length] = '\0';
	if (from_word(word, worth))
		return 0;
	variable = find_variable(e->scope, word, length);
	if (!variable) {
		e->at = start;
		return error_usage(e->error, "there is no variable '%s'", word);
	}
	from_variable(variable, worth);
	return 0;
}

static int read_sum(struct evaluation *e, struct worth *worth);

static int read_factor(struct evaluation *e, struct worth *worth)
{
	int r;

	skip_blanks(e);
	if (e->at < e->end && *e->at == '-') {
		e->at++;
		r = read_factor(e, worth);
		if (!r && worth->form != FORM_NUMBER)
			return error_usage(e->error, "only a number can be negative");
		worth->number = -worth->number;
		return r;
	}
	if (e->at == e->end || *e->at != '(')
		return read_word(e, worth);
	if (++e->depth > MOST_DEPTH)
		return error_usage(e->error, "the expression has too many parentheses");
	e->at++;
	r = read_sum(e, worth);
	if (r < 0)
		return r;
	skip_blanks(e);
	if (e->at == e->end || *e->at != ')')
		return error_usage(e->error, "a ) is missing in the expression");
	e->at++;
	e->depth--;
	return 0;
}

static int number_apply(struct evaluation *e, struct worth *left, char sign, int64_t right)
{
	int64_t result;
	bool wrong = false;

	if ((sign == '/' || sign == '%') && (!right || (right == -1 && left->number == INT64_MIN)))
		return error_usage(e->error, "division by zero");
	switch (sign) {
	case '+':
		wrong = __builtin_add_overflow(left->number, right, &result);
		break;
	case '-':
		wrong = __builtin_sub_overflow(left->number, right, &result);
		break;
	case '*':
		wrong = __builtin_mul_overflow(left->number, right, &result);
		break;
	case '/':
		result = left->number / right;
		break;
	default:
		result = left->number % right;
	}
	if (wrong)
		return error_usage(e->error, "the number is too large");
	left->number = result;
	return 0;
}

static unsigned width_of(enum form form)
{
	return form == FORM_IPV4 ? 32 : form == FORM_MAC ? 48 : 128;
}

/* An address moves up and down among those of its family, and not out of them. */
static int address_apply(struct evaluation *e, struct worth *left, int64_t right)
{
	__extension__ unsigned __int128 most =
		width_of(left->form) == 128
			? ~(__extension__(unsigned __int128) 0)
			: ((__extension__(unsigned __int128) 1) << width_of(left->form)) - 1;
	uint64_t distance = right < 0 ? -(uint64_t)right : (uint64_t)right;

	if (right < 0 ? left->bits < distance : most - left->bits < distance)
		return error_usage(e->error, "the address leaves its family");
	left->bits = right < 0 ? left->bits - distance : left->bits + distance;
	return 0;
}

static int apply_sign(struct evaluation *e, struct worth *left, char sign, struct worth *right)
{
	if (left->form == FORM_TEXT || right->form == FORM_TEXT)
		return error_usage(e->error, "'%.*s' is no number and no address",
				   (int)(left->form == FORM_TEXT ? left : right)->length,
				   (left->form == FORM_TEXT ? left : right)->text);
	if (left->form == FORM_NUMBER && right->form == FORM_NUMBER)
		return number_apply(e, left, sign, right->number);
	if (sign == '+' && left->form == FORM_NUMBER) {
		struct worth turn = *left;

		*left = *right;
		*right = turn;
	}
	if (right->form != FORM_NUMBER || (sign != '+' && sign != '-'))
		return error_usage(e->error,
				   "an address can only be moved by a number with + and -");
	if (right->number == INT64_MIN)
		return error_usage(e->error, "the number is too large");
	return address_apply(e, left, sign == '-' ? -right->number : right->number);
}

static int read_product(struct evaluation *e, struct worth *worth)
{
	int r = read_factor(e, worth);

	for (;;) {
		struct worth right;
		char sign;

		skip_blanks(e);
		if (r < 0 || e->at == e->end || !strchr("*/%", *e->at))
			return r;
		sign = *e->at++;
		r = read_factor(e, &right);
		if (!r)
			r = apply_sign(e, worth, sign, &right);
	}
}

static int read_sum(struct evaluation *e, struct worth *worth)
{
	int r = read_product(e, worth);

	for (;;) {
		struct worth right;
		char sign;

		skip_blanks(e);
		if (r < 0 || e->at == e->end || !strchr("+-", *e->at))
			return r;
		sign = *e->at++;
		r = read_product(e, &right);
		if (!r)
			r = apply_sign(e, worth, sign, &right);
	}
}

static void put_number(int64_t number, struct text *out)
{
	if (number < 0)
		text_char(out, '-');
	text_number(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

static void put_worth(const struct worth *worth, struct text *out)
{
	uint8_t bytes[16];
	size_t size = width_of(worth->form) / 8;

	if (worth->form == FORM_TEXT) {
		text_put(out, worth->text, worth->length);
		return;
	}
	if (worth->form == FORM_NUMBER) {
		put_number(worth->number, out);
		return;
	}
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(worth->bits >> 8 * (size - 1 - i));
	if (worth->form == FORM_MAC)
		mac_print(bytes, size, out);
	else
		address_print(worth->form == FORM_IPV6 ? IPV6 : IPV4, bytes, out);
}

static size_t name_length(const char *inside, const char *end)
{
	const char *at = inside;

	while (at < end && (isalnum((unsigned char)*at) || *at == '_'))
		at++;
	return (size_t)(at - inside);
}

/* The name in front of "=" of a repetition; 0 when it is none. */
static size_t repetition_name(const char *inside, const char *end)
{
	size_t length = name_length(inside, end);

	return inside + length < end && inside[length] == '=' ? length : 0;
}

/* What a repetition has come to where nothing but it is meant: $(i), $(i=1..100). NULL: more is. */
static const int64_t *count_of(const struct scope *scope, const char *inside, const char *end)
{
	size_t length = name_length(inside, end);
	const struct scope *variable = NULL;

	if (length && (inside + length == end || inside[length] == '='))
		variable = find_variable(scope, inside, length);
	return variable ? variable->count : NULL;
}

/* Where the $( that begins at `at` ends; NULL when it does not. */
static const char *closing(const char *at)
{
	unsigned depth = 0;

	for (at += 1; *at; at++) {
		if (*at == '(')
			depth++;
		else if (*at == ')' && !--depth)
			return at;
	}
	return NULL;
}

static int refuse(struct evaluation *e, size_t *offset, int r)
{
	*offset = (size_t)(e->at - e->start);
	return r;
}

static int unclosed(const char *text, const char *at, size_t *offset, struct error *error)
{
	*offset = (size_t)(at - text);
	return error_usage(error, "$( is not closed");
}

static int read_bound(struct evaluation *e, int64_t *bound)
{
	struct worth worth;
	int r = read_sum(e, &worth);

	if (!r && worth.form != FORM_NUMBER)
		return error_usage(e->error, "a repetition counts with numbers");
	*bound = worth.number;
	return r;
}

static int read_repetition(struct evaluation *e, size_t length, struct repetition *found,
			   size_t *count)
{
	struct repetition *made;
	int r;

	for (size_t i = 0; i < *count; i++)
		if (!strncmp(found[i].name, e->at, length) && !found[i].name[length])
			return error_usage(e->error, "'%s' repeats twice", found[i].name);
	if (find_variable(e->scope, e->at, length))
		return error_usage(e->error, "'%.*s' is a variable already", (int)length, e->at);
	if (length >= sizeof(made->name) || isdigit((unsigned char)*e->at))
		return error_usage(e->error, "'%.*s' is no name of a variable", (int)length, e->at);
	if (*count == REPETITIONS)
		return error_usage(e->error, "more than %d repetitions in one place", REPETITIONS);
	made = &found[*count];
	*made = (struct repetition){ 0 };
	memcpy(made->name, e->at, length);
	e->at += length + 1;
	r = read_bound(e, &made->first);
	if (r < 0)
		return r;
	skip_blanks(e);
	if (e->end - e->at < 2 || e->at[0] != '.' || e->at[1] != '.')
		return error_usage(e->error, "a repetition is $(NAME=FIRST..LAST)");
	e->at += 2;
	r = read_bound(e, &made->last);
	if (r < 0)
		return r;
	skip_blanks(e);
	if (e->at != e->end)
		return error_usage(e->error, "a repetition is $(NAME=FIRST..LAST)");
	if (made->last < made->first)
		return error_usage(e->error, "the repetition ends before it begins");
	(*count)++;
	return 0;
}

int repetition_find(const char *text, const struct scope *scope, struct repetition *found,
		    size_t *count, size_t *offset, struct error *error)
{
	for (const char *at = strchr(text, '$'); at; at = strchr(at, '$')) {
		const char *end;
		size_t length;

		if (at[1] != '(') {
			at += at[1] == '$' ? 2 : 1;
			continue;
		}
		end = closing(at);
		if (!end)
			return unclosed(text, at, offset, error);
		length = repetition_name(at + 2, end);
		if (length) {
			struct evaluation e = { text, at + 2, end, scope, error, 0 };
			int r = read_repetition(&e, length, found, count);

			if (r < 0)
				return refuse(&e, offset, r);
		}
		at = end + 1;
	}
	return 0;
}

int expression_expand(const char *text, const struct scope *scope, struct text *out, size_t *offset,
		      struct error *error)
{
	const char *at = text;

	while (*at) {
		const char *dollar = strchrnul(at, '$'), *end;
		const int64_t *count;
		struct evaluation e;
		struct worth worth;
		size_t length;
		int r;

		text_put(out, at, (size_t)(dollar - at));
		at = dollar;
		if (!*at)
			break;
		if (at[1] == '$') {
			text_char(out, '$');
			at += 2;
			continue;
		}
		if (at[1] != '(') {
			*offset = (size_t)(at - text);
			return error_usage(error,
					   "a single $ means nothing: $(…) is an expression, "
					   "$$ a dollar");
		}
		end = closing(at);
		if (!end)
			return unclosed(text, at, offset, error);
		count = count_of(scope, at + 2, end);
		if (count) {
			put_number(*count, out);
			at = end + 1;
			continue;
		}
		length = repetition_name(at + 2, end);
		if (length && !find_variable(scope, at + 2, length)) {
			*offset = (size_t)(at - text);
			return error_usage(
				error, "a repetition has no place here: a key of links, "
				       "netns, hosts or segments or an entry of a list repeats");
		}
		e = (struct evaluation){ text,  at + 2, length ? at + 2 + length : end,
					 scope, error,  0 };
		r = read_sum(&e, &worth);
		if (!r)
			skip_blanks(&e);
		if (!r && e.at != e.end)
			r = error_usage(error, "'%c' has no place in an expression", *e.at);
		if (r < 0)
			return refuse(&e, offset, r);
		put_worth(&worth, out);
		at = end + 1;
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codec of struct link_name. People and the model call links by name; only
 * here, on the wire, a name becomes an index and back.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"

enum {
	NAME_MOST = 15,     /* IFNAMSIZ - 1: linux/if.h */
	ALTNAME_MOST = 127, /* ALTIFNAMSIZ - 1: a link answers to its other names too */
};

/*
 * The kernel refuses '/', ':' and blanks, and takes "%d" for a pattern; control
 * characters it would let in, for nobody's good. Source: dev_valid_name().
 */
static int check_new(const struct attr *row, const char *word, struct error *error)
{
	if (strlen(word) > NAME_MOST)
		return error_usage(error, "%s: '%s' is longer than %d characters", row->name, word,
				   NAME_MOST);
	for (const char *at = word; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c == '/' || c == ':' || c == '%')
			return error_usage(error, "%s: '%s' has a '%c', which no link's name may",
					   row->name, word, c);
		if (isspace(c) || iscntrl(c))
			return error_usage(error,
					   "%s: '%s' has a blank or control character, which no "
					   "link's name may",
					   row->name, word);
	}
	if (!strcmp(word, ".") || !strcmp(word, ".."))
		return codec_refuse(row, word, "link's name", NULL, error);
	return 0;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	int r = 0;

	if (!word)
		return -EINVAL;
	if (!context->tolerant || (row->traits & ATTR_NEW_NAME))
		r = check_new(row, word, error);
	else if (strlen(word) > ALTNAME_MOST)
		r = error_usage(error, "%s: '%s' is longer than %d characters", row->name, word,
				ALTNAME_MOST);
	if (r < 0)
		return r;
	((struct link_name *)field)->id = names_of(context->names, word);
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const char *name = names_text(context->names, ((const struct link_name *)field)->id);

	(void)row;
	text_escaped(text, name, strlen(name));
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	(void)row;
	json_string(json, key, names_text(context->names, ((const struct link_name *)field)->id));
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	uint32_t id = ((const struct link_name *)field)->id, index = 0;

	if (!context->links)
		return error_set(error, EOPNOTSUPP, "%s", row->name);
	if (id)
		index = context->links->index(context->links->cookie, id, error);
	if (id && !index)
		return error->errnum ? -error->errnum : -ENODEV;
	codec_put(payload, index, sizeof(index), row->traits & ATTR_NET_ORDER);
	return sizeof(index);
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	struct link_name *link = field;
	uint32_t index;

	if (length != sizeof(index))
		return -EINVAL;
	if (!context->links)
		return -EOPNOTSUPP;
	index = (uint32_t)codec_get(payload, sizeof(index), row->traits & ATTR_NET_ORDER);
	link->id = index ? context->links->name(context->links->cookie, index) : 0;
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	char name[NAME_MOST + 1];

	(void)row;
	codec_random_name(next, 1, NAME_MOST, name);
	((struct link_name *)field)->id = names_of(context->names, name);
}

const struct attr_type attr_type_link_name = {
	.name = "link name",
	.usage = "DEV",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
	.interned = true,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codec of struct netns_name. How a namespace is reached from its name is
 * the kernel layer's matter: there is no wire form here.
 */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"

enum {
	NAME_MOST = 64,
	FILE_MOST = 255, /* NAME_MAX: a namespace's name is a file's below /run/netns */
	PID_DIGITS = 10,
};

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

static bool is_pid(const char *word)
{
	size_t digits;

	if (strncmp(word, "pid:", 4) != 0)
		return false;
	word += 4;
	digits = strspn(word, "0123456789");
	return digits && digits <= PID_DIGITS && !word[digits] && *word != '0';
}

static bool is_new_name(const char *word)
{
	size_t plain = strspn(word, letters), length = strlen(word);

	if (!plain || length > NAME_MOST)
		return false;
	while (word[plain] == '.' || word[plain] == '-')
		plain += 1 + strspn(word + plain + 1, letters);
	return plain == length;
}

/* What somebody else made below /run/netns may be called anything that a file may. */
static bool is_old_name(const char *word)
{
	return strlen(word) <= FILE_MOST && !strchr(word, '/') && strncmp(word, "pid:", 4) != 0 &&
	       strcmp(word, ".") != 0 && strcmp(word, "..") != 0;
}

/* ip(8) takes the file for the namespace that is mounted on it: its name. */
static const char *name_in_path(const char *word)
{
	static const char *const directories[] = { "/run/netns/", "/var/run/netns/" };

	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		size_t length = strlen(directories[i]);

		if (!strncmp(word, directories[i], length) && word[length])
			return word + length;
	}
	return word;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	bool is_tolerant = context->tolerant && !(row->traits & ATTR_NEW_NAME);
	const char *name;

	if (!word)
		return -EINVAL;
	name = is_tolerant ? name_in_path(word) : word;
	if (!is_pid(word) && !is_new_name(name) && !(is_tolerant && is_old_name(name)))
		return error_usage(error, "%s: '%s' is no namespace: NAME or pid:N is expected",
				   row->name, word);
	((struct netns_name *)field)->id = names_of(context->names, name);
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const char *name = names_text(context->names, ((const struct netns_name *)field)->id);

	(void)row;
	text_escaped(text, name, strlen(name));
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	(void)row;
	json_string(json, key, names_text(context->names, ((const struct netns_name *)field)->id));
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	(void)context;
	(void)field;
	(void)payload;
	return row->wire ? error_set(error, EOPNOTSUPP, "%s", row->name) : 0;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	(void)row;
	(void)context;
	(void)payload;
	(void)length;
	(void)field;
	return -EOPNOTSUPP;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	char name[NAME_MOST + 1];

	(void)row;
	codec_random_name(next, 1, NAME_MOST, name);
	((struct netns_name *)field)->id = names_of(context->names, name);
}

const struct attr_type attr_type_netns_name = {
	.name = "netns name",
	.usage = "NETNS",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
	.interned = true,
};

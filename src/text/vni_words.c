/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/vni_words.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "text/take.h"

#define HAS(pointer, member) ATTR_HAS(&vni_table, vni, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&vni_table, vni, pointer, member)

static int take_one(const char *word, struct vni *vni, struct error *error)
{
	const char *dash = strchr(word, '-');
	char first[16] = { 0 };
	uint64_t from, to;

	if (dash && (size_t)(dash - word) < sizeof(first))
		memcpy(first, word, (size_t)(dash - word));
	if (!number_read(dash ? first : word, &from) || (dash && !number_read(dash + 1, &to)))
		return error_usage(error, "vni: '%s' is no VNI: VNI or VNI-VNI is expected", word);
	if (!dash)
		to = from;
	if (from > 0xffffff || to > 0xffffff)
		return error_usage(error, "vni: '%s' is above 16777215", word);
	if (to < from)
		return error_usage(error, "vni: the range '%s' ends before it begins", word);
	if (HAS(vni, first))
		return error_usage(error, "'vni' is given twice");
	vni->first = (uint32_t)from;
	vni->last = (uint32_t)to;
	MARK(vni, first);
	if (from != to)
		MARK(vni, last);
	return 0;
}

/* The first of a list, where one may be. */
static int take_range(const char *word, struct vni *vni, const char **more, struct error *error)
{
	size_t length = more ? strcspn(word, ",") : strlen(word);
	char first[48] = { 0 };

	if (!word[length] || length >= sizeof(first))
		return take_one(word, vni, error);
	memcpy(first, word, length);
	*more = word + length + 1;
	return take_one(first, vni, error);
}

int vni_words_next(const char **more, struct vni *vni, struct error *error)
{
	const char *word = *more;

	if (!word)
		return 0;
	*more = NULL;
	attr_drop(&vni_table, vni, ATTR_ROW(&vni_table, vni, first));
	attr_drop(&vni_table, vni, ATTR_ROW(&vni_table, vni, last));
	return take_range(word, vni, more, error) < 0 ? -EINVAL : 1;
}

int vni_words_take(const struct attr_context *context, struct vni *vni, const char **more,
		   struct words *words, struct error *error)
{
	struct part part = { .table = &vni_table, .object = vni };
	int r = 0;

	while (!r && words->left) {
		const char *word = words_peek(words);

		if (!strcmp(word, "vni")) {
			words_take(words);
			word = words_value(words, "vni", "VNI[-VNI]", error);
			r = word ? take_range(word, vni, more, error) : -EINVAL;
			continue;
		}
		r = object_take(context, &part, 1, words, error);
		if (r) {
			r = r < 0 ? r : 0;
		} else if (!HAS(vni, dev)) {
			r = link_name_take(context, words_take(words), &vni->dev.id, error);
			MARK(vni, dev);
		} else if (!HAS(vni, first)) {
			r = take_range(words_take(words), vni, more, error);
		} else {
			r = object_unknown(&part, 1, NULL, word, error);
		}
	}
	return r;
}

int vni_words_check(const struct vni *vni, struct error *error)
{
	if (!HAS(vni, first))
		return error_usage(error, "a VNI is needed");
	if (vni->group.family && !address_is_multicast(&vni->group))
		return error_usage(
			error, "group: a multicast address is expected (one VTEP is a 'remote')");
	if (vni->remote.family && address_is_multicast(&vni->remote))
		return error_usage(
			error,
			"remote: a unicast address is expected (a multicast one is a 'group')");
	if (vni->group.family && vni->remote.family)
		return error_usage(
			error, "'group' and 'remote' are the same destination: only one of them");
	return 0;
}

void vni_words_put(const struct vni *vni, struct text *text)
{
	const struct address *to = vni->group.family ? &vni->group : &vni->remote;

	text_number(text, vni->first);
	if (vni->last != vni->first) {
		text_char(text, '-');
		text_number(text, vni->last);
	}
	if (!to->family)
		return;
	text_puts(text, to == &vni->group ? " group " : " remote ");
	address_print(to->family, to->bytes, text);
}

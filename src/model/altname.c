/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/altname.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"

enum { NAME_MOST = 127 }; /* ALTIFNAMSIZ - 1: linux/if.h */

/* clang-format off */
static const struct attr altname_rows[] = {
	ATTR(altname, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	ATTR(altname, dev, .name = "dev", .json = "ifname", .usage = "DEV", .traits = ATTR_KEY,
	     .help = "link that has the name"),
	ATTR(altname, name, .name = "altname", .usage = "NAME", .max = NAME_MOST,
	     .traits = ATTR_KEY, .help = "further name of the link"),
};
/* clang-format on */

static const struct attr_extra altname_extras[] = { ATTR_EXTRA(altname, asked),
						    ATTR_EXTRA(altname, pad) };

const struct attr_table altname_table =
	ATTR_TABLE(altname, "altname", altname_rows, altname_extras);

int altname_check(const char *name, struct error *error)
{
	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return error_usage(error, "altname: '%s' is no link's name", name);
	if (strlen(name) > NAME_MOST)
		return error_usage(error, "altname: '%s' is longer than %d characters", name,
				   NAME_MOST);
	for (const char *at = name; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c == '/' || c == ':' || c == '%')
			return error_usage(error,
					   "altname: '%s' has a '%c', which no link's name may",
					   name, c);
		if (isspace(c) || iscntrl(c))
			return error_usage(error,
					   "altname: '%s' has a blank or control character, which "
					   "no link's name may",
					   name);
	}
	return 0;
}

size_t altname_parts(void *altname, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &altname_table, .object = altname };
	return 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/sysctl.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"

/* clang-format off */
static const struct attr sysctl_rows[] = {
	ATTR(sysctl, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	ATTR(sysctl, key, .name = "key", .usage = "KEY", .traits = ATTR_KEY | ATTR_POSITION,
	     .help = "its name: net.ipv4.ip_forward"),
	ATTR(sysctl, value, .name = "value", .usage = "VALUE", .help = "its value"),
};
/* clang-format on */

static const struct attr_extra sysctl_extras[] = { ATTR_EXTRA(sysctl, asked),
						   ATTR_EXTRA(sysctl, pad) };

const struct attr_table sysctl_table = ATTR_TABLE(sysctl, "sysctl", sysctl_rows, sysctl_extras);

int sysctl_check_key(const char *key, struct error *error)
{
	size_t since = 0;

	if (strncmp(key, "net.", 4) != 0 && strncmp(key, "net/", 4) != 0)
		return error_usage(error,
				   "sysctl: '%s' is no setting of a network namespace: they "
				   "begin with 'net.'",
				   key);
	for (const char *at = key; *at; at++) {
		bool is_between = *at == '.' || *at == '/';

		if (!is_between && (!isgraph((unsigned char)*at) || *at == '\\'))
			return error_usage(error, "sysctl: '%s' has a character no setting has",
					   key);
		since = is_between ? 0 : since + 1;
		/* Two of them in a row are a way out: "..", or an empty name. */
		if (!since && (!at[1] || at[1] == '.' || at[1] == '/'))
			return error_usage(error, "sysctl: '%s' is no setting's name", key);
	}
	return 0;
}

void sysctl_spell(char *key)
{
	/* sysctl.d(5): the first of them says which stands between. */
	if (key[strcspn(key, "./")] != '/')
		return;
	for (; *key; key++)
		*key = *key == '/' ? '.' : *key == '.' ? '/' : *key;
}

uint32_t sysctl_link(const struct names *names, const char *key)
{
	static const char *const before[] = { ".conf.", "/conf/", ".neigh.", "/neigh/" };
	char name[64];

	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
		const char *at = strstr(key, before[i]);
		size_t length = at ? strcspn(at + strlen(before[i]), (char[]){ *before[i], 0 }) : 0;

		if (!at || !length || length >= sizeof(name))
			continue;
		memcpy(name, at + strlen(before[i]), length);
		name[length] = '\0';
		/* sysctl.d(5): '.' and '/' change places. */
		for (char *slash = name; *before[i] == '.' && (slash = strchr(slash, '/'));)
			*slash = '.';
		if (!strcmp(name, "all") || !strcmp(name, "default"))
			return 0;
		return names_find(names, name);
	}
	return 0;
}

const char *sysctl_resets(const char *key)
{
	if (!strcmp(key, "net.ipv4.ip_forward") || !strcmp(key, "net.ipv4.conf.all.forwarding"))
		return "net.ipv4.conf.";
	return strcmp(key, "net.ipv6.conf.all.forwarding") ? NULL : "net.ipv6.conf.";
}

bool sysctl_is_reset(const char *key, const char *by)
{
	static const char suffix[] = ".forwarding";
	const char *prefix = sysctl_resets(by);
	size_t length = strlen(key);

	return prefix && !strncmp(key, prefix, strlen(prefix)) && length > strlen(suffix) &&
	       !strcmp(key + length - strlen(suffix), suffix) && !sysctl_resets(key);
}

size_t sysctl_parts(void *sysctl, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &sysctl_table, .object = sysctl };
	return 1;
}

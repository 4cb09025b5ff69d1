/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/session.h"

#include <ctype.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"

enum { LONGEST = 160 }; /* two IPv6 addresses with zones and two ports: less than that */

void session_clear_path(struct session *session)
{
	free(session->path.links);
	arena_clear(&session->path.arena);
	session->path = (struct session_path){ 0 };
	session->has_path = false;
}

void session_clear(struct session *session)
{
	session_clear_path(session);
	free(session->netns);
	*session = (struct session){ 0 };
}

void address_unmap(struct address *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (address->family != IPV6 || memcmp(address->bytes, mapped, sizeof(mapped)) != 0)
		return;
	address->family = IPV4;
	memmove(address->bytes, address->bytes + 12, 4);
	memset(address->bytes + 4, 0, 12);
}

static bool is_link_local(const struct address *address)
{
	return address->family == IPV6 && address->bytes[0] == 0xfe &&
	       (address->bytes[1] & 0xc0) == 0x80;
}

static bool read_address(char *word, struct address *address, const char **zone)
{
	char *percent = strchr(word, '%');

	if (percent)
		*percent = '\0';
	if (!address_read(word, address))
		return false;
	if (percent) {
		size_t length = strlen(percent + 1);

		if (!is_link_local(address) || !length || length >= IF_NAMESIZE)
			return false;
		*zone = percent + 1;
	}
	address_unmap(address);
	return !address_is_zero(address);
}

static bool read_port(const char *word, uint16_t *port)
{
	unsigned long number = 0;

	for (const char *at = word; *at; at++) {
		if (!isdigit((unsigned char)*at) || at - word >= 5)
			return false;
		number = number * 10 + (unsigned long)(*at - '0');
	}
	*port = (uint16_t)number;
	return number && number <= UINT16_MAX;
}

/* The next word, which one blank ends. */
static char *next_word(char **at)
{
	char *word = *at;

	*at += strcspn(word, " ");
	if (**at)
		*(*at)++ = '\0';
	return word;
}

bool session_read(const char *value, struct names *names, struct connection *connection,
		  struct link_name *zone)
{
	struct connection read = { 0 };
	const char *remote_zone = NULL, *local_zone = NULL;
	char copy[LONGEST], *at = copy;
	size_t length = strlen(value);

	if (length >= sizeof(copy))
		return false;
	memcpy(copy, value, length + 1);
	if (!read_address(next_word(&at), &read.remote, &remote_zone) ||
	    !read_port(next_word(&at), &read.remote_port) ||
	    !read_address(next_word(&at), &read.local, &local_zone) ||
	    !read_port(next_word(&at), &read.local_port) || *at || value[length - 1] == ' ' ||
	    read.local.family != read.remote.family)
		return false;
	*connection = read;
	zone->id = local_zone    ? names_of(names, local_zone)
		   : remote_zone ? names_of(names, remote_zone)
				 : 0;
	return true;
}

bool session_is_in(const struct session *session, uint32_t netns)
{
	for (size_t i = 0; i < session->netns_count; i++)
		if (session->netns[i] == netns)
			return true;
	return false;
}

const struct session_link *session_path_link(const struct session_path *path, struct link_name name)
{
	for (size_t i = 0; i < path->links_count; i++)
		if (path->links[i].name.id == name.id)
			return &path->links[i];
	return NULL;
}

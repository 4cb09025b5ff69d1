/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SSH_CONNECTION, which the caller sets as he likes, and a line of /proc/net/tcp. */
#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "kernel/connection.h"
#include "model/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct connection *connection)
{
	if (!address_size(connection->local.family) || !address_size(connection->remote.family))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* In memory of its own: the sanitizer sees a read past it. */
	char *string = memory_new(size + 1, 1);
	struct names *names = names_new();
	struct connection connection;
	struct link_name zone;
	unsigned long inode;

	memcpy(string, data, size);
	if (session_read(string, names, &connection, &zone)) {
		check(&connection);
		if (connection.local.family != connection.remote.family || !connection.local_port ||
		    !connection.remote_port || strlen(names_text(names, zone.id)) >= IF_NAMESIZE)
			abort();
	}
	if (connection_read(string, &connection, &inode))
		check(&connection);
	names_free(&names);
	free(string);
	return 0;
}

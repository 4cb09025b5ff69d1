/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/candidate_names.h"

#include <string.h>

#include "base/names.h"
#include "command/complete_names.h"
#include "model/link.h"
#include "model/netns.h"
#include "shell/session.h"

static bool is_kind(const struct link *link, const char *kind)
{
	return link->kind_info && link->kind_info == link_kind_find(kind);
}

/* In a file what makes a link a port is its master. */
static bool fits(const struct link *link, const struct complete_links *wanted)
{
	struct complete_link known = complete_link_of(link);

	known.is_port = link->master.id;
	known.joins = !is_kind(link, "bridge");
	return complete_link_fits(&known, wanted);
}

static void put_links(void *cookie, const struct complete_links *wanted, complete_function *put,
		      void *put_cookie)
{
	const struct candidate_names *candidate = cookie;
	const struct complete_source *below = &candidate->below;
	const struct shell *shell = candidate->shell;
	const struct network *network = &shell->candidate.topology.network;
	const struct names *names = shell->request.names;
	uint32_t netns = wanted->netns;

	if (!netns && shell->netns)
		netns = names_find(names, shell->netns);
	if (netns && !strcmp(names_text(names, netns), "host"))
		netns = 0;
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);

		if (!network_is_gap(network, OBJECT_LINK, i) && link->netns.id == netns &&
		    fits(link, wanted))
			put(put_cookie, names_text(names, link->name.id),
			    link->kind.id ? names_text(names, link->kind.id) : NULL);
	}
	if (!netns)
		below->links(below->cookie, wanted, put, put_cookie);
}

static void put_netns(void *cookie, complete_function *put, void *put_cookie)
{
	const struct shell *shell = ((const struct candidate_names *)cookie)->shell;
	const struct network *network = &shell->candidate.topology.network;

	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(network, OBJECT_NETNS, i);

		if (!network_is_gap(network, OBJECT_NETNS, i))
			put(put_cookie, names_text(shell->request.names, netns->name.id), NULL);
	}
}

struct complete_source candidate_names_source(struct candidate_names *names)
{
	struct complete_source source = names->below;

	source.links = put_links;
	source.netns = put_netns;
	source.cookie = names;
	return source;
}

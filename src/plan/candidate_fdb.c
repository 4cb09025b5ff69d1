/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of forwarding databases in a candidate: of bridges, and of devices with a table of their own. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/fdb.h"
#include "model/link.h"
#include "plan/changing.h"

bool fdb_find(const struct changing *changing, const void *entry, size_t *at)
{
	struct fdb fdb = *(const struct fdb *)entry;
	uint32_t master;
	const struct link *port;

	if (entry_find(changing, OBJECT_FDB, &fdb, at))
		return true;
	if (!fdb.master || changing->step->change == CHANGE_DELETE)
		return false;
	master = candidate_master(changing->network, fdb.netns.id, fdb.dev.id);
	for (size_t i = 0; master && (port = changing_walk(changing, OBJECT_LINK, &i)); i++) {
		fdb.dev = port->name;
		if (port->netns.id == fdb.netns.id && port->master.id == master &&
		    entry_find(changing, OBJECT_FDB, &fdb, at))
			return true;
	}
	return false;
}

bool fdb_is_kernels(const struct changing *changing, const void *entry)
{
	const struct fdb *fdb = entry;
	const struct link *link =
		candidate_link(changing->network, fdb->netns.id, fdb->dev.id, NULL);

	if (!link || (fdb->master && !link->master.id))
		return false;
	if (fdb->self && is_kind(link, "vxlan"))
		return fdb_floods(fdb) &&
		       (link->data.vxlan.remote.family || link->data.vxlan.group.family);
	return link->address.length == sizeof(fdb->mac.bytes) &&
	       !memcmp(link->address.bytes, fdb->mac.bytes, sizeof(fdb->mac.bytes));
}

/* Whether it has what a deletion names, or an appended one says, of what tells destinations apart. */
static bool is_destination(const struct fdb *have, const struct fdb *want, bool named_only)
{
	for (size_t i = 0; i < fdb_table.count; i++) {
		const struct attr *row = &fdb_table.rows[i];

		if (row->traits & ATTR_PICKS && (!named_only || attr_has(&fdb_table, want, row)) &&
		    !attr_equal(row, have, want))
			return false;
	}
	return true;
}

/* All destinations of the MAC that have what is named. */
static int del_fdb(struct changing *changing, const struct fdb *fdb, struct error *error)
{
	struct same_key same = { 0 };
	bool any = false;

	network_index(changing->network, OBJECT_FDB);
	while (network_next(changing->network, OBJECT_FDB, fdb, &same)) {
		/* __vxlan_fdb_delete() misses a MAC, and no destination. */
		any |= is_kernel(changing);
		if (!is_destination(network_at(changing->network, OBJECT_FDB, same.at), fdb, true))
			continue;
		changing_remove(changing, OBJECT_FDB, same.at);
		any = true;
	}
	return any || changing->step->may_miss ? 0 : entry_misses(changing, fdb, error);
}

/* vxlan_fdb_update_existing(): one that has the destination stays, a unicast MAC has but one. */
static int append_fdb(struct changing *changing, struct fdb *fdb)
{
	struct same_key same = { 0 };

	network_index(changing->network, OBJECT_FDB);
	while (network_next(changing->network, OBJECT_FDB, fdb, &same))
		if (!fdb_floods(fdb) ||
		    is_destination(network_at(changing->network, OBJECT_FDB, same.at), fdb, false))
			return 0;
	entry_add(changing, fdb);
	return 0;
}

/* rtnl_fdb_add() asks the bridge of a port. */
static bool is_no_port(const struct changing *changing, const struct fdb *fdb)
{
	const struct link *link =
		candidate_link(changing->network, fdb->netns.id, fdb->dev.id, NULL);

	return is_kernel(changing) && fdb->master && link && !link->master.id;
}

static int change_table(struct changing *changing, struct fdb *fdb, struct error *error)
{
	size_t at;

	if (changing->step->change != CHANGE_DELETE && is_no_port(changing, fdb))
		return changing_refuses(changing, EOPNOTSUPP, "it is on no port of a bridge",
					error);
	switch (changing->step->change) {
	case CHANGE_DELETE:
		return del_fdb(changing, fdb, error);
	case CHANGE_APPEND:
	case CHANGE_PREPEND:
		if (fdb->self)
			return append_fdb(changing, fdb);
		break;
	case CHANGE_ADD:
		return entry_add_new(changing, fdb, error);
	case CHANGE_SET:
		return entry_set(changing, fdb, error);
	case CHANGE_REPLACE:
		break;
	}
	if (!fdb_find(changing, fdb, &at)) {
		entry_add(changing, fdb);
		return 0;
	}
	if (fdb->self && fdb_floods(fdb))
		return changing_refuses(changing, EOPNOTSUPP,
					"several destinations are not replaced", error);
	/* On a bridge it goes to the port named. */
	changing_remove(changing, OBJECT_FDB, at);
	entry_add(changing, fdb);
	return 0;
}

/* `self` and `master` together are an entry in each of the two tables. */
int change_fdb(struct changing *changing, struct fdb *fdb, struct error *error)
{
	struct fdb own = *fdb;
	int r;

	attr_drop(&fdb_table, fdb, ATTR_ROW(&fdb_table, fdb, use));
	if (!fdb->self || !fdb->master)
		return change_table(changing, fdb, error);
	attr_drop(&fdb_table, &own, ATTR_ROW(&fdb_table, fdb, master));
	attr_drop(&fdb_table, fdb, ATTR_ROW(&fdb_table, fdb, self));
	r = change_table(changing, fdb, error);
	return r < 0 ? r : change_table(changing, &own, error);
}

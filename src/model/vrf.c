/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/vrf.h"

#include "base/error.h"
#include "model/uapi.h"

/* As iproute2 has them; rt_tables names others. */
static const struct keyword tables[] = {
	{ "main", RT_TABLE_MAIN, 0 },
	{ "local", RT_TABLE_LOCAL, 0 },
	{ "default", RT_TABLE_DEFAULT, 0 },
	{ 0 },
};

/* clang-format off */
static const struct attr vrf_rows[] = {
	ATTR(vrf, table, .name = "table", .wire = IFLA_VRF_TABLE, .keywords = tables,
	     .database = "rt_tables", .min = 1, .usage = "TABLE",
	     .traits = ATTR_FIXED | ATTR_JSON_NUMBER, .help = "routing table of its ports"),
};
/* clang-format on */

static const struct attr_extra vrf_extras[] = {
	ATTR_EXTRA(vrf, asked),
	ATTR_EXTRA(vrf, pad),
};

const struct attr_table vrf_table = ATTR_TABLE(vrf, "vrf", vrf_rows, vrf_extras);

int vrf_check_new(const struct vrf *vrf, const struct attr_context *context, struct error *error)
{
	(void)context;
	if (!ATTR_HAS(&vrf_table, vrf, vrf, table))
		return error_usage(error, "a vrf needs 'table TABLE'");
	return 0;
}

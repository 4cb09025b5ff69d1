/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "plan/comparing.h"
#include "plan/link_values.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&link_table, link, pointer, member)
#define ROW(member) ATTR_ROW(&link_table, link, member)
#define PORT_STATE ATTR_ROW(&bridge_port_table, bridge_port, state)

/* A step before it has its place. */
struct draft {
	struct step step;
	struct step_origin origin;
};

struct order {
	struct comparing *c;
	struct draft *drafts;
	size_t count, room;
};

static struct step *add(struct order *order, enum stage stage, uint32_t difference,
			enum object_type type, enum change change, const void *object)
{
	struct draft *draft = array_add(&order->drafts, &order->count, &order->room);

	*draft = (struct draft){
		.step = { .type = type, .change = change, .object = object },
		.origin = { difference, (uint8_t)stage },
	};
	return &draft->step;
}

static bool is_kind(const struct link *link, const char *kind)
{
	return link->kind_info && !strcmp(link->kind_info->name, kind);
}

/* How a link comes to be: by a message of its own, with its other end, or as that. */
enum birth { BIRTH_NONE, BIRTH_FIRST, BIRTH_SECOND };

static bool is_flag(const struct attr *row)
{
	return row->header == 1 + offsetof(struct ifinfomsg, ifi_flags) ||
	       row->offset == offsetof(struct link, arp);
}

/* A bridge comes up behind its ports, a link behind its own settings. */
static bool comes_up_late(const struct order *order, const struct link *link, enum birth birth)
{
	const struct space *space = comparing_space(order->c, link->netns.id);

	return birth == BIRTH_SECOND || is_kind(link, "bridge") || HAS(link, addrgenmode) ||
	       (space && space->late_up);
}

/*
 * In which stage a value is said. What the message that makes a link takes goes
 * there; it does not take the alias, addrgenmode, protodown, what it is as a port, and of
 * a veth's second end neither master nor flags (6.18).
 */
static enum stage stage_of(const struct order *order, const struct link *link, enum birth birth,
			   const struct attr_table *table, const struct attr *row)
{
	enum stage usual = birth == BIRTH_NONE ? STAGE_CHANGES : STAGE_LINKS;

	if (table == &bridge_port_table)
		return row == PORT_STATE ? STAGE_STATES : STAGE_PORTS;
	if (table != &link_table)
		return usual;
	/* Only one that is set later stays when ports join: br_mtu_auto_adjust() (6.18). */
	if (row == ROW(mtu) && birth != BIRTH_NONE && is_kind(link, "bridge"))
		return STAGE_TAGS;
	if (row == ROW(alias) || row == ROW(addrgenmode) || row == ROW(protodown))
		return birth == BIRTH_NONE ? STAGE_CHANGES : STAGE_TAGS;
	if (row == ROW(master))
		return birth == BIRTH_FIRST ? STAGE_LINKS : STAGE_MASTERS;
	if (row == ROW(up) && link->up)
		return birth == BIRTH_NONE || comes_up_late(order, link, birth) ? STAGE_UP
										: STAGE_LINKS;
	if (is_flag(row) && birth == BIRTH_SECOND)
		return STAGE_TAGS;
	return usual;
}

/* A link of that name that says nothing yet. */
static struct link *blank_of(const struct order *order, const struct link *link)
{
	struct link *blank = arena_new(&order->c->result->arena, sizeof(*blank));

	blank->netns = link->netns;
	blank->name = link->name;
	blank->kind = link->kind;
	blank->kind_info = link->kind_info;
	MARK(blank, name);
	return blank;
}

/* Whether the value is to be said: of what is made each, else those that differ. */
static bool is_said(const struct wanted *wanted, enum birth birth, const struct attr_table *table,
		    const struct attr *row)
{
	bool joins = wanted->loses_master || attributes_have(&wanted->attributes, ROW(master));

	if (row->traits & (ATTR_KEY | ATTR_STATUS) ||
	    (table == &link_table && (row == ROW(new_name) || row == ROW(new_netns))))
		return false;
	if (birth != BIRTH_NONE || (joins && table == &bridge_port_table) ||
	    (wanted->loses_master && table == &link_table && row == ROW(master)))
		return true;
	/* Any other change of the link enables a port again that is disabled. */
	if (row == PORT_STATE && wanted->attributes.count)
		return true;
	return attributes_have(&wanted->attributes, row);
}

/* What of the link is said in that stage; NULL when nothing is. */
static struct link *said_in(const struct order *order, struct wanted *wanted, enum birth birth,
			    enum stage stage)
{
	struct part parts[PARTS];
	size_t count = link_parts(wanted->link, parts);
	struct link *said = NULL;

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;
		uint64_t asked = attr_asked(table, parts[p].object)->value;

		for (; asked; asked &= asked - 1) {
			const struct attr *row = &table->rows[__builtin_ctzll(asked)];

			if (!is_said(wanted, birth, table, row) ||
			    stage_of(order, wanted->link, birth, table, row) != stage)
				continue;
			said = said ? said : blank_of(order, wanted->link);
			value_copy(table, row, parts[p].object, link_part(said, table));
		}
	}
	return said;
}

/* A live vxlan takes no mtu beside what is its own: vxlan_nl2conf(), "Cannot change mtu". */
static void add_set(struct order *order, enum stage stage, uint32_t difference, struct link *said)
{
	struct link *data;

	if (HAS(said, mtu) && said->kind_info && said->kind_info->table) {
		data = blank_of(order, said);
		memcpy(&data->data, &said->data, sizeof(data->data));
		memset(&said->data, 0, sizeof(said->data));
		if (link_values(data))
			add(order, stage, difference, OBJECT_LINK, CHANGE_SET, data);
	}
	add(order, stage, difference, OBJECT_LINK, CHANGE_SET, said);
}

static void add_sets(struct order *order, struct wanted *wanted, enum birth birth)
{
	static const enum stage stages[] = { STAGE_CHANGES, STAGE_MASTERS, STAGE_PORTS, STAGE_UP,
					     STAGE_STATES };

	for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
		struct link *said = said_in(order, wanted, birth, stages[i]);

		if (said)
			add_set(order, stages[i], wanted->difference, said);
	}
}

/* The alias that says whose it is, and what else could not be said before. */
static void add_tag(struct order *order, struct wanted *wanted, enum birth birth)
{
	struct link *said = said_in(order, wanted, birth, STAGE_TAGS);

	if (!said && !wanted->alias)
		return;
	said = said ? said : blank_of(order, wanted->link);
	said->alias.id = wanted->alias;
	MARK(said, alias);
	add(order, STAGE_TAGS, wanted->difference, OBJECT_LINK, CHANGE_SET, said);
}

/* What is said in the message that makes it; it is the lab's from the first moment. */
static struct link *birth_of(struct order *order, struct wanted *wanted, enum birth birth)
{
	struct link *said = said_in(order, wanted, birth, STAGE_LINKS);

	said = said ? said : blank_of(order, wanted->link);
	if (!order->c->options->restores) {
		said->group = lab_group(order->c->lab);
		MARK(said, group);
	}
	return said;
}

static void make(struct order *order, struct wanted *wanted);

static void make_first(struct order *order, uint32_t netns, struct link_name name)
{
	struct wanted *wanted = name.id ? wanted_find(order->c, netns, name) : NULL;

	if (wanted && is_made(wanted))
		make(order, wanted);
}

/* What the message that makes the link refers to. */
static void make_needed(struct order *order, const struct link *link)
{
	make_first(order, link->netns.id, link->master);
	if (HAS(link, link))
		make_first(order, link->link_netns.id ? link->link_netns.id : link->netns.id,
			   link->link);
	if (is_kind(link, "vxlan"))
		make_first(order, link->netns.id, link->data.vxlan.dev);
}

/*
 * Which end a pair is asked for from: one where ovl runs (a script reaches the
 * other namespace by name, not back), else one with a master, which only the
 * first end may have.
 */
static bool comes_first(const struct link *link, const struct link *other)
{
	if (!link->netns.id != !other->netns.id)
		return !link->netns.id;
	return link->master.id || !other->master.id;
}

static void make(struct order *order, struct wanted *wanted)
{
	struct wanted *second = wanted->peer == SIZE_MAX ? NULL : &order->c->wanted[wanted->peer];
	struct step *step;

	if (wanted->is_ordered || (second && !is_made(second)))
		return;
	if (second && !comes_first(wanted->link, second->link)) {
		struct wanted *first = second;

		second = wanted;
		wanted = first;
	}
	wanted->is_ordered = true;
	if (second)
		second->is_ordered = true;
	make_needed(order, wanted->link);
	step = add(order, STAGE_LINKS, wanted->difference, OBJECT_LINK, CHANGE_ADD,
		   birth_of(order, wanted, BIRTH_FIRST));
	step->inside = wanted->link->netns.id;
	if (second)
		step->other = birth_of(order, second, BIRTH_SECOND);
	add_tag(order, wanted, BIRTH_FIRST);
	add_sets(order, wanted, BIRTH_FIRST);
	if (!second)
		return;
	add_tag(order, second, BIRTH_SECOND);
	add_sets(order, second, BIRTH_SECOND);
}

/* The alias of the `lo` of a namespace that was just made. */
static void tag_namespace(struct order *order, struct wanted *lo)
{
	struct link *said = blank_of(order, lo->link);

	said->alias.id = lo->alias;
	MARK(said, alias);
	add(order, STAGE_NETNS_TAGS, lo->difference, OBJECT_LINK, CHANGE_SET, said);
}

static void order_wanted(struct order *order, struct wanted *wanted)
{
	struct comparing *c = order->c;

	if (wanted->action == ACTION_REPLACE && c->standing[wanted->have_at].is_root)
		add(order, STAGE_FREE_LINKS, wanted->difference, OBJECT_LINK, CHANGE_DELETE,
		    wanted->have);
	if (is_made(wanted)) {
		make(order, wanted);
		return;
	}
	if (wanted->action == ACTION_CONFLICT)
		return;
	if (!wanted->have && wanted->alias)
		tag_namespace(order, wanted);
	if (wanted->attributes.count || wanted->loses_master)
		add_sets(order, wanted, BIRTH_NONE);
}

/* Its values first: as long as it has the lab's word, a crash leaves it to be found again. */
static void give_back(struct order *order, uint32_t at, const struct difference *difference)
{
	struct link *after =
		arena_copy(&order->c->result->arena, difference->after, sizeof(*after));
	struct wanted values = { .link = after,
				 .have = difference->before,
				 .attributes = difference->attributes,
				 .peer = SIZE_MAX,
				 .difference = at };
	struct link *said = NULL;

	if (difference->releases) {
		said = blank_of(order, after);
		said->alias = after->alias;
		MARK(said, alias);
		attr_drop(&link_table, after, ROW(alias));
	}
	add_sets(order, &values, BIRTH_NONE);
	if (said)
		add(order, STAGE_DROP_LINKS, at, OBJECT_LINK, CHANGE_SET, said);
}

static void order_link(struct order *order, uint32_t at, const struct difference *difference)
{
	const struct link *link = difference->before;
	struct standing *standing;

	if (difference->gives_back)
		give_back(order, at, difference);
	if (difference->action != ACTION_DELETE || difference->falls || difference->releases)
		return;
	standing = standing_find(order->c, link->netns.id, link->name);
	add(order, standing->is_early ? STAGE_FREE_LINKS : STAGE_DROP_LINKS, at, OBJECT_LINK,
	    CHANGE_DELETE, link)
		->may_miss = true;
}

static void order_netns(struct order *order, uint32_t at, const struct difference *difference)
{
	struct comparing *c = order->c;
	const struct netns *netns = difference->after;
	struct link lo = { .name = { names_of(c->names, "lo") } };
	struct link *said;

	switch (difference->action) {
	case ACTION_CREATE:
		add(order, STAGE_NETNS, at, OBJECT_NETNS, CHANGE_ADD, netns);
		if (ATTR_HAS(&netns_table, netns, netns, id))
			add(order, STAGE_NETNS_TAGS, at, OBJECT_NETNS, CHANGE_SET, netns);
		break;
	case ACTION_ADOPT:
		lo.netns = netns->name;
		said = blank_of(order, &lo);
		said->alias.id = lab_alias(c->names, c->lab, true, "");
		MARK(said, alias);
		add(order, STAGE_NETNS_TAGS, at, OBJECT_LINK, CHANGE_SET, said);
		if (difference->attributes.count)
			add(order, STAGE_NETNS_TAGS, at, OBJECT_NETNS, CHANGE_SET, netns);
		break;
	case ACTION_CHANGE:
		add(order, STAGE_NETNS_TAGS, at, OBJECT_NETNS, CHANGE_SET, netns);
		break;
	case ACTION_DELETE:
		add(order, STAGE_DROP_NETNS, at, OBJECT_NETNS, CHANGE_DELETE, difference->before);
		break;
	default:
		break;
	}
}

/* What finds one route among those of the same key, and nothing that need not be so any more. */
static const void *key_of(struct order *order, enum object_type type, const void *object)
{
	static const size_t kept[] = { offsetof(struct route, via), offsetof(struct route, dev),
				       offsetof(struct route, type) };
	struct route_full *route;

	if (type != OBJECT_ROUTE)
		return object;
	route = object_copy(type, object, &order->c->result->arena);
	for (const struct attr *row = route_table.rows; row < route_table.rows + route_table.count;
	     row++) {
		bool is_kept = row->traits & ATTR_KEY;

		for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
			is_kept |= row->offset == kept[i];
		/* The table of a route that says none is the main one already: route_settle(). */
		is_kept &= row->offset == offsetof(struct route, dst) ||
			   !attr_is_zero(row, &route->route);
		if (!is_kept)
			attr_drop(&route_table, &route->route, row);
	}
	if (route->route.table == RT_TABLE_MAIN)
		attr_drop(&route_table, &route->route, ATTR_ROW(&route_table, route, table));
	if (route->route.type == RTN_UNICAST)
		attr_drop(&route_table, &route->route, ATTR_ROW(&route_table, route, type));
	if (route->detail)
		memset(&route->detail->asked, 0, sizeof(route->detail->asked));
	return route;
}

static enum stage stage_of_entry(enum object_type type)
{
	return type == OBJECT_ALTNAME     ? STAGE_TAGS
	       : type == OBJECT_ADDRESS   ? STAGE_ADDRESSES
	       : type == OBJECT_VNI       ? STAGE_VNIS
	       : type == OBJECT_NEIGHBOUR ? STAGE_NEIGHBOURS
	       : type == OBJECT_FDB       ? STAGE_FDB
					  : STAGE_ROUTES;
}

/*
 * A neighbour or MAC that was learned meanwhile is in the way of an `add`, and is
 * what nobody would miss.
 */
static enum change change_of(const struct difference *difference)
{
	bool is_new = !difference->before || difference->action == ACTION_REPLACE;

	switch (difference->type) {
	case OBJECT_NEIGHBOUR:
		return CHANGE_REPLACE;
	case OBJECT_FDB:
		return key_is_flood(OBJECT_FDB, difference->after) ? CHANGE_APPEND : CHANGE_REPLACE;
	case OBJECT_ROUTE:
		return is_new && !difference->again ? CHANGE_ADD : CHANGE_REPLACE;
	default:
		return is_new || difference->again ? CHANGE_ADD : CHANGE_REPLACE;
	}
}

static void order_entry(struct order *order, uint32_t at, const struct difference *difference)
{
	struct step *step;

	if (difference->action == ACTION_DELETE || difference->action == ACTION_REPLACE) {
		bool frees = difference->frees || difference->action == ACTION_REPLACE;

		step = add(order, frees ? STAGE_FREE_ENTRIES : STAGE_DROP_ENTRIES, at,
			   difference->type, CHANGE_DELETE,
			   key_of(order, difference->type, difference->before));
		step->may_miss = true;
	}
	if (difference->action == ACTION_DELETE)
		return;
	step = add(order, stage_of_entry(difference->type), at, difference->type,
		   change_of(difference), difference->after);
	step->may_exist = difference->again;
}

static void order_sysctl(struct order *order, uint32_t at, const struct difference *difference)
{
	const struct sysctl *sysctl = difference->after;
	const char *key = names_text(order->c->names, sysctl->key.id);

	add(order, comparing_sysctl_link(order->c, key) ? STAGE_SYSCTLS : STAGE_NETNS_SYSCTLS, at,
	    OBJECT_SYSCTL, CHANGE_SET, sysctl);
}

static void order_difference(struct order *order, uint32_t at)
{
	const struct difference *difference = &order->c->result->items[at];

	if (difference->action == ACTION_CONFLICT)
		return;
	switch (difference->type) {
	case OBJECT_NETNS:
		order_netns(order, at, difference);
		break;
	case OBJECT_LINK:
		order_link(order, at, difference);
		break;
	case OBJECT_SYSCTL:
		order_sysctl(order, at, difference);
		break;
	default:
		order_entry(order, at, difference);
	}
}

static bool is_last_up(const struct draft *draft)
{
	return draft->origin.stage == STAGE_UP && is_kind(draft->step.object, "bridge");
}

/* Stable, by stage; deletions that free nothing come in reverse, bridges up last. */
static void sort(struct order *order, size_t *sorted)
{
	size_t starts[STAGES + 1] = { 0 }, last[STAGES];

	for (size_t i = 0; i < order->count; i++)
		starts[order->drafts[i].origin.stage + 1]++;
	for (size_t stage = 0; stage < STAGES; stage++)
		starts[stage + 1] += starts[stage];
	for (size_t stage = 0; stage < STAGES; stage++)
		last[stage] = starts[stage + 1];
	for (size_t i = 0; i < order->count; i++) {
		uint8_t stage = order->drafts[i].origin.stage;

		if (stage >= STAGE_DROP_ENTRIES)
			sorted[--last[stage]] = i;
		else if (!is_last_up(&order->drafts[i]))
			sorted[starts[stage]++] = i;
	}
	for (size_t i = 0; i < order->count; i++)
		if (is_last_up(&order->drafts[i]))
			sorted[starts[STAGE_UP]++] = i;
}

void order_steps(struct comparing *c)
{
	struct order order = { .c = c };
	struct plan *plan = &c->result->plan;
	size_t *sorted;

	for (size_t i = 0; i < c->wanted_count; i++)
		order_wanted(&order, &c->wanted[i]);
	for (uint32_t i = 0; i < c->result->count; i++)
		order_difference(&order, i);
	sorted = memory_new(order.count + 1, sizeof(*sorted));
	sort(&order, sorted);
	c->result->steps = memory_new(order.count + 1, sizeof(*c->result->steps));
	for (size_t i = 0; i < order.count; i++) {
		const struct draft *draft = &order.drafts[sorted[i]];
		struct step *step =
			plan_add(plan, draft->step.type, draft->step.change, draft->step.object);

		step->may_exist = draft->step.may_exist;
		step->may_miss = draft->step.may_miss;
		step->inside = draft->step.inside;
		if (draft->step.other)
			step->other = object_copy(OBJECT_LINK, draft->step.other, &plan->arena);
		c->result->steps[i] = draft->origin;
	}
	free(sorted);
	free(order.drafts);
}

bool stage_is_local(int stage)
{
	return stage >= STAGE_TAGS && stage <= STAGE_ROUTES;
}

/*
 * A namespace's number, from 0. The tags of the place ovl runs in come first: a change of a port that
 * has a carrier makes the kernel walk all routes there (rt6_sync_up()). The rest there comes last.
 */
static size_t place_of(const struct comparison *comparison, size_t i, size_t last)
{
	const struct step *step = &comparison->plan.steps[i];
	uint32_t netns = object_netns(step->type, step->object);

	return netns ? netns : comparison->steps[i].stage == STAGE_TAGS ? 0 : last;
}

static uint32_t last_netns(const struct comparison *comparison, size_t from, size_t to)
{
	uint32_t last = 0;

	for (size_t i = from; i < to; i++) {
		const struct step *step = &comparison->plan.steps[i];
		uint32_t netns = object_netns(step->type, step->object);

		last = netns > last ? netns : last;
	}
	return last;
}

/* Each place's steps are counted first, and then go where those of the places before end. */
void order_by_place(struct comparison *comparison)
{
	size_t from = 0, to, last;
	size_t *ends;
	struct step *steps;
	struct step_origin *origins;

	while (from < comparison->plan.count && !stage_is_local(comparison->steps[from].stage))
		from++;
	to = from;
	while (to < comparison->plan.count && stage_is_local(comparison->steps[to].stage))
		to++;
	last = (size_t)last_netns(comparison, from, to) + 1;
	ends = memory_new(last + 2, sizeof(*ends));
	steps = memory_new(to - from, sizeof(*steps));
	origins = memory_new(to - from, sizeof(*origins));
	for (size_t i = from; i < to; i++)
		ends[place_of(comparison, i, last) + 1]++;
	for (size_t place = 0; place <= last; place++)
		ends[place + 1] += ends[place];
	for (size_t i = from; i < to; i++) {
		size_t at = ends[place_of(comparison, i, last)]++;

		steps[at] = comparison->plan.steps[i];
		origins[at] = comparison->steps[i];
	}
	if (to > from) {
		memcpy(comparison->plan.steps + from, steps, (to - from) * sizeof(*steps));
		memcpy(comparison->steps + from, origins, (to - from) * sizeof(*origins));
	}
	free(ends);
	free(steps);
	free(origins);
}

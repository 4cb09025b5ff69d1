/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The attribute table. An attribute of a network object is a member of a plain
 * struct and a row next to it; from the row follow its word on the command
 * line, help, completion, YAML, JSON, its place in a netlink message, how two
 * values compare and its entry in the manual. The field's C type picks the
 * codec, so a member of a type without a codec does not compile.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr/keyword.h"
#include "attr/value.h"

struct attr;
struct databases;
struct error;
struct json;
struct names;
struct text;
struct words;

/* Which rows of an object are asked for: bit i is row i. A row in `null` asks for the default. */
struct attr_set {
	uint64_t value;
	uint64_t null;
};

/* How links are called by number on the wire; the kernel layer knows. */
struct attr_links {
	/* The interface index of a link's name: 0 with the error set (ENXIO) when there is none. */
	uint32_t (*index)(void *cookie, uint32_t name, struct error *error);
	/* The interned name of an index: "if7" when it cannot be known. */
	uint32_t (*name)(void *cookie, uint32_t index);
	void *cookie;
};

/* What a codec needs beside the field. */
struct attr_context {
	struct names *names;
	const struct attr_links *links; /* NULL: no wire here, names only */
	struct databases *databases;    /* NULL: /etc/iproute2 is not consulted */
	uint8_t family;                 /* -4, -6: what "any" and "default" mean; else 0 */
	bool tolerant; /* names read are ones that exist: foreign ones are accepted */
};

enum { ATTR_PAYLOAD = 264 }; /* longest value on the wire: an alias of 256 bytes */

/* The codec of one C type. */
struct attr_type {
	const char *name;  /* for the tests' messages */
	const char *usage; /* the placeholder when the row has none: NUMBER */
	/* Reads a value from words; the keyword itself is consumed already. */
	int (*parse)(const struct attr *row, const struct attr_context *context,
		     struct words *words, void *field, struct error *error);
	/* Prints it as words that parse() reads. */
	void (*print)(const struct attr *row, const struct attr_context *context, const void *field,
		      struct text *text);
	void (*json)(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json);
	/* Writes the payload and returns its length, or a negative errno. */
	int (*encode)(const struct attr *row, const struct attr_context *context, const void *field,
		      uint8_t *payload, struct error *error);
	/* Reads a payload; -EINVAL when its length or content cannot be. */
	int (*decode)(const struct attr *row, const struct attr_context *context,
		      const uint8_t *payload, size_t length, void *field);
	/* Fills a field with a random value that the row allows: for the tests. */
	void (*random)(const struct attr *row, const struct attr_context *context,
		       uint64_t (*next)(void), void *field);
	/* Whether the bytes of a field from outside are a value at all. NULL: any are. */
	bool (*is_value)(const void *field);
	bool interned; /* the field is an id of base/names.h */
};

enum attr_trait {
	ATTR_KEY = 1 << 0,          /* names the object among its kind */
	ATTR_FIXED = 1 << 1,        /* the kernel refuses a change: the object is replaced */
	ATTR_STATUS = 1 << 2,       /* reported, never asked for: no word on the command line */
	ATTR_NET_ORDER = 1 << 3,    /* big-endian on the wire */
	ATTR_PRESENCE = 1 << 4,     /* on the wire it is there or not; no payload */
	ATTR_FLAG = 1 << 5,         /* bool: the word alone means on, there is no off */
	ATTR_BOOL_WORD = 1 << 6,    /* bool: iproute2 says WORD or noWORD */
	ATTR_BOOL_NUMBER = 1 << 7,  /* bool: iproute2 says WORD 1 or WORD 0, and 1 or 0 in JSON */
	ATTR_BARE = 1 << 8,         /* its keywords stand alone on the command line: "permanent" */
	ATTR_HEX = 1 << 9,          /* printed as 0x..., in JSON as such a string */
	ATTR_ACTION = 1 << 10,      /* done when sent, never reported: fdb_flush */
	ATTR_DETAIL = 1 << 11,      /* shown with -d only */
	ATTR_STATS = 1 << 12,       /* shown with -s only */
	ATTR_JSON_NUMBER = 1 << 13, /* a number in JSON although it has keywords */
	ATTR_CENTISECONDS =
		1 << 14,         /* a number is 1/100 s; with a unit (15s, 200ms) it is converted */
	ATTR_MASKED = 1 << 15,   /* several rows share one attribute of {value, mask} by `bits` */
	ATTR_NO_ZERO = 1 << 16,  /* zero means "none": not shown; of a link "noWORD" */
	ATTR_HIDDEN = 1 << 17,   /* not in JSON, where iproute2 has no key for it */
	ATTR_POSITION = 1 << 18, /* may stand without its word: a MAC, a prefix, a name */
	ATTR_PICKS = 1 << 20, /* names one of several objects with the same key: a delete says it */
	ATTR_NEW_NAME = 1 << 19,    /* a name this row gives is made new: it is checked strictly */
	ATTR_BRIDGE_WORD = 1 << 21, /* of a port: bridge(8) has a word for it, ip(8) has none */
};

struct attr {
	const char *name;  /* word of the command line, of YAML, of help */
	const char *ip;    /* iproute2's word, where that is another one */
	const char *alias; /* other spellings, one blank between */
	const char *json;  /* iproute2's key; NULL: the name; */
	const char *
		list; /* the JSON array it is an element of: "flags". Neighbouring rows share one */
	const char *json6; /* its key for an IPv6 address, where that is another one */
	const char *usage; /* placeholder of the value: PORT; NULL: the type's */
	const char *help;  /* one line, small letters, no full stop */
	const struct attr_type *type;
	const struct keyword *keywords; /* ends with a NULL word */
	const char *needs;              /* what the kernel may be built without: "VLAN filtering" */
	const char *since;    /* the Linux that brought it, where older ones ignore it in silence */
	const char *database; /* of iproute2's further names for the number: "rt_tables" */
	uint16_t offset;      /* of the field in its struct */
	uint16_t size;
	uint16_t wire;  /* attribute number; 0: none */
	uint16_t wire6; /* its number for an IPv6 address, where that is another one */
	uint16_t nest; /* the attribute it is nested in; 0: none. Rows of one nest are neighbours */
	uint16_t header; /* 1 + offset in the fixed header of the message; 0: not there */
	uint8_t header_size;
	uint32_t traits;
	uint64_t bits;     /* of the header field or the attribute: which of its bits the row is */
	uint64_t min, max; /* of a number; max 0: what the field holds */
};

/* Bytes of a struct that no row covers, and why: the tests count every byte. */
struct attr_extra {
	const char *name;
	const struct attr_type *type; /* NULL: no value of attr/value.h */
	uint16_t offset, size;
};

#define ATTR_EXTRA(object, member)                                                           \
	{                                                                                    \
		.name = #member, .type = ATTR_TYPE_OR_NULL(((struct object *)NULL)->member), \
		.offset = offsetof(struct object, member),                                   \
		.size = sizeof(((struct object *)NULL)->member),                             \
	}

/* All rows of one struct. */
struct attr_table {
	const char *name; /* of the object or link kind */
	const struct attr *rows;
	size_t count; /* at most 64 */
	size_t size;  /* of the struct */
	size_t asked; /* offset of its struct attr_set */
	const struct attr_extra *extras;
	size_t extras_count;
};

/* clang-format off */
#define ATTR_TYPES                                       \
		bool: &attr_type_bool,                   \
		uint8_t: &attr_type_number,              \
		uint16_t: &attr_type_number,             \
		uint32_t: &attr_type_number,             \
		uint64_t: &attr_type_number,             \
		int32_t: &attr_type_integer,             \
		struct mac: &attr_type_mac,              \
		struct lladdr: &attr_type_lladdr,        \
		struct address: &attr_type_address,      \
		struct prefix: &attr_type_prefix,        \
		struct link_name: &attr_type_link_name,  \
		struct label: &attr_type_label,          \
		struct netns_name: &attr_type_netns_name, \
		struct port_range: &attr_type_port_range, \
		struct bridge_id: &attr_type_bridge_id,  \
		struct realms: &attr_type_realms,        \
		struct reasons: &attr_type_reasons,      \
		struct timer: &attr_type_timer
#define ATTR_TYPE(field) _Generic((field), ATTR_TYPES)
#define ATTR_TYPE_OR_NULL(field) \
	_Generic((field), ATTR_TYPES, default: (const struct attr_type *)NULL)
/* clang-format on */

/* A row for `member` of `struct object`. */
#define ATTR(object, member, ...)                                            \
	{                                                                    \
		.type = ATTR_TYPE(((struct object *)NULL)->member),          \
		.offset = offsetof(struct object, member),                   \
		.size = sizeof(((struct object *)NULL)->member), __VA_ARGS__ \
	}

/* Where in the message's fixed header: ATTR(..., AT(ndmsg, ndm_state)). */
#define AT(message, member)                             \
	.header = 1 + offsetof(struct message, member), \
	.header_size = sizeof(((struct message *)NULL)->member)

#define ATTR_TABLE(object, word, table_rows, table_extras)                              \
	{                                                                               \
		.name = (word), .rows = (table_rows),                                   \
		.count = sizeof(table_rows) / sizeof(*(table_rows)),                    \
		.size = sizeof(struct object), .asked = offsetof(struct object, asked), \
		.extras = (table_extras),                                               \
		.extras_count = sizeof(table_extras) / sizeof(*(table_extras)),         \
	}

extern const struct attr_type attr_type_bool, attr_type_number, attr_type_integer, attr_type_mac,
	attr_type_lladdr, attr_type_address, attr_type_prefix, attr_type_link_name, attr_type_label,
	attr_type_netns_name, attr_type_port_range, attr_type_bridge_id, attr_type_realms,
	attr_type_reasons, attr_type_timer;

/* The row's field in its object. */
static inline void *attr_field(const struct attr *row, void *object)
{
	return (char *)object + row->offset;
}

static inline const void *attr_value(const struct attr *row, const void *object)
{
	return (const char *)object + row->offset;
}

static inline struct attr_set *attr_asked(const struct attr_table *table, void *object)
{
	return (struct attr_set *)(void *)((char *)object + table->asked);
}

static inline uint64_t attr_bit(const struct attr_table *table, const struct attr *row)
{
	return UINT64_C(1) << (row - table->rows);
}

/* Whether the object has a value for the row. */
static inline bool attr_has(const struct attr_table *table, const void *object,
			    const struct attr *row)
{
	const struct attr_set *asked = (const void *)((const char *)object + table->asked);

	return asked->value & attr_bit(table, row);
}

/* Whether the kernel's default is asked for. */
static inline bool attr_is_null(const struct attr_table *table, const void *object,
				const struct attr *row)
{
	const struct attr_set *asked = (const void *)((const char *)object + table->asked);

	return asked->null & attr_bit(table, row);
}

/* Marks the row as having a value. */
static inline void attr_mark(const struct attr_table *table, void *object, const struct attr *row)
{
	struct attr_set *asked = attr_asked(table, object);

	asked->value |= attr_bit(table, row);
	asked->null &= ~attr_bit(table, row);
}

/* Takes the row's value and mark away. */
void attr_drop(const struct attr_table *table, void *object, const struct attr *row);

/* The row for a member: attr_row(&vxlan_table, offsetof(struct vxlan, vni)); never NULL. */
const struct attr *attr_row(const struct attr_table *table, size_t offset);

/* Whether the row is one of the table's. */
static inline bool attr_is_of(const struct attr_table *table, const struct attr *row)
{
	return (uintptr_t)row - (uintptr_t)table->rows < table->count * sizeof(*row);
}

/* Each place remembers its answer, which is a constant: a listing asks a million times. */
#define ATTR_ROW(table, object, member)                                                       \
	__extension__({                                                                       \
		static const struct attr *row_of_##member;                                    \
		const struct attr_table *table_of_##member = (table);                         \
		if (!attr_is_of(table_of_##member, row_of_##member))                          \
			row_of_##member =                                                     \
				attr_row(table_of_##member, offsetof(struct object, member)); \
		row_of_##member;                                                              \
	})
#define ATTR_HAS(table, object, pointer, member) \
	attr_has((table), (pointer), ATTR_ROW((table), object, member))
#define ATTR_MARK(table, object, pointer, member) \
	attr_mark((table), (pointer), ATTR_ROW((table), object, member))

/* The row a word names (name or alias), or NULL. */
const struct attr *attr_find(const struct attr_table *table, const char *word);

/*
 * Finds the row a command line word starts: its name, an alias, "noNAME" of a
 * bool that may be off or a link that may be none (*negated), or a keyword of an ATTR_BARE row. NULL when
 * none.
 */
const struct attr *attr_find_word(const struct attr_table *table, const char *word, bool *negated);

/* Whether `word` is one of the row's spellings. */
bool attr_is_called(const struct attr *row, const char *word);

bool attr_equal(const struct attr *row, const void *a, const void *b);

/* Whether the value is all zero bytes. */
bool attr_is_zero(const struct attr *row, const void *object);

/* An integer field of 1, 2, 4 or 8 bytes. */
uint64_t attr_integer(const void *field, size_t size);
void attr_set_integer(void *field, size_t size, uint64_t value);

/*
 * Reads the row's value from `words` into the object and marks it. Errors name
 * the word, what was expected and the nearest known word.
 */
int attr_parse(const struct attr_table *table, const struct attr *row,
	       const struct attr_context *context, void *object, struct words *words,
	       struct error *error);

/*
 * Reads the attribute that begins at the next word, when the table has one
 * there: 1 when it took some words, 0 when the word is not the table's (nothing
 * is consumed), negative on an error (a bad value; a row given twice). It knows
 * all that attr_find_word does.
 */
int attr_take(const struct attr_table *table, const struct attr_context *context, void *object,
	      struct words *words, struct error *error);

/* How bools are spelled: "learning on" is ovl's, "nolearning" or "mcast_snooping 0" iproute2's. */
enum attr_style { ATTR_STYLE_OVL, ATTR_STYLE_IP };

/* Puts the row's word and value as attr_parse reads them back; the word is left out for ATTR_BARE. */
void attr_print(const struct attr *row, const struct attr_context *context, const void *object,
		enum attr_style style, struct text *text);

/* Puts the row's value alone, as a word of a command line. */
void attr_print_word(const struct attr *row, const struct attr_context *context, const void *object,
		     enum attr_style style, struct text *text);

/* Puts the row's value alone, for a column. */
void attr_print_value(const struct attr *row, const struct attr_context *context,
		      const void *object, struct text *text);

/*
 * Puts the row's value as attr_parse reads it back, exactly: nothing is escaped
 * or quoted (that is up to the file's own syntax), and IPv6's default is ::/0.
 */
void attr_print_raw(const struct attr *row, const struct attr_context *context, const void *object,
		    struct text *text);

/*
 * Adds the row's value to a JSON object, under its key. A row with a `list` adds
 * its element to that array, which the caller has opened: a bool its key when it
 * is on, else nothing; anything else its value.
 */
void attr_json(const struct attr *row, const struct attr_context *context, const void *object,
	       struct json *json);

/* What stands for the row's value in usage and errors: "1-16777215", "{on|off}", "ADDRESS". */
void attr_usage(const struct attr *row, struct text *text);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks netlink attributes that cannot be trusted: what does not fit ends the
 * walk. Inline, since a listing of 100,000 routes passes here a million times.
 */
#pragma once

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Whether a whole message stands in the `left` bytes at `message`. (libmnl's
 * mnl_nlmsg_ok() takes a length of 2 GiB and more for a negative one, and so for
 * one that fits.)
 */
static inline bool wire_is_message(const struct nlmsghdr *message, int left)
{
	return left >= (int)sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
	       message->nlmsg_len <= (unsigned)left;
}

/* The first attribute that fits into `length` bytes at `at`, or NULL. */
static inline const struct nlattr *wire_first(const void *at, size_t length)
{
	const struct nlattr *attribute = at;

	if (length < sizeof(*attribute) || attribute->nla_len < sizeof(*attribute) ||
	    attribute->nla_len > length)
		return NULL;
	return attribute;
}

/* The next one; `end` is where the attributes end. */
static inline const struct nlattr *wire_next(const struct nlattr *attribute, const void *end)
{
	const char *at = (const char *)attribute + ((attribute->nla_len + 3U) & ~3U);

	return at < (const char *)end ? wire_first(at, (size_t)((const char *)end - at)) : NULL;
}

static inline uint16_t wire_type(const struct nlattr *attribute)
{
	return attribute->nla_type & (uint16_t)NLA_TYPE_MASK;
}

static inline const uint8_t *wire_payload(const struct nlattr *attribute)
{
	return (const uint8_t *)attribute + sizeof(*attribute);
}

static inline size_t wire_length(const struct nlattr *attribute)
{
	return attribute->nla_len - sizeof(*attribute);
}

/* A u32 payload, or false when the size is another. */
static inline bool wire_u32(const struct nlattr *attribute, uint32_t *value)
{
	if (wire_length(attribute) != sizeof(*value))
		return false;
	memcpy(value, wire_payload(attribute), sizeof(*value));
	return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attr/value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

size_t address_size(uint8_t family)
{
	return family == IPV4 ? 4 : family == IPV6 ? 16 : 0;
}

const char *address_family_name(uint8_t family)
{
	return family == IPV6 ? "IPv6" : "IPv4";
}

bool address_read(const char *word, struct address *address)
{
	struct address value = { 0 };

	value.family = strchr(word, ':') ? IPV6 : IPV4;
	if (inet_pton(value.family, word, value.bytes) != 1)
		return false;
	*address = value;
	return true;
}

/* "10", "10.1", "10.1.2": the bytes left out are zero, as iproute2 reads them (unlike inet_aton). */
bool address_read_short(const char *word, struct address *address)
{
	struct address value = { .family = IPV4 };

	if (address_read(word, address))
		return true;
	for (size_t i = 0; i < 3; i++) {
		unsigned byte = 0, digits = 0;

		for (; isdigit((unsigned char)*word) && digits < 3; digits++)
			byte = byte * 10 + (unsigned)(*word++ - '0');
		if (!digits || byte > 255)
			return false;
		value.bytes[i] = (uint8_t)byte;
		if (!*word) {
			*address = value;
			return true;
		}
		if (*word++ != '.')
			return false;
	}
	return false;
}

bool prefix_length_read(const char *word, uint8_t family, uint64_t *length)
{
	struct address mask;
	uint32_t bits;

	if (number_read(word, length))
		return true;
	if (family != IPV4 || !address_read(word, &mask) || mask.family != IPV4)
		return false;
	memcpy(&bits, mask.bytes, sizeof(bits));
	bits = ntohl(bits);
	if (~bits & (~bits + 1))
		return false;
	*length = (uint64_t)__builtin_popcount(bits);
	return true;
}

static char *put_byte(char *at, unsigned byte)
{
	if (byte >= 100)
		*at++ = (char)('0' + byte / 100);
	if (byte >= 10)
		*at++ = (char)('0' + byte / 10 % 10);
	*at++ = (char)('0' + byte % 10);
	return at;
}

static char *put_ipv4(char *at, const uint8_t *bytes)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*at++ = '.';
		at = put_byte(at, bytes[i]);
	}
	return at;
}

static char *put_group(char *at, unsigned group)
{
	bool shown = false;

	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned digit = group >> shift & 15;

		if (digit || shown || !shift) {
			*at++ = "0123456789abcdef"[digit];
			shown = true;
		}
	}
	return at;
}

/* RFC 5952: the longest run of two or more zero groups is "::"; as inet_ntop(3) prints it. */
static char *put_ipv6(char *at, const uint8_t *bytes)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	unsigned groups[8];
	int best = -1, best_length = 1;

	for (int i = 0; i < 8; i++)
		groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
	for (int i = 0; i < 8; i++) {
		int end = i;

		while (end < 8 && !groups[end])
			end++;
		if (end - i > best_length) {
			best = i;
			best_length = end - i;
		}
		if (end > i)
			i = end;
	}
	if (!memcmp(bytes, mapped, sizeof(mapped)) || (best == 0 && best_length == 6)) {
		memcpy(at, "::ffff:", 7);
		return put_ipv4(at + (best_length == 6 ? 2 : 7), bytes + 12);
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			*at++ = ':';
			*at++ = ':';
			i += best_length - 1;
			continue;
		}
		if (i && i != best + (best < 0 ? -1 : best_length))
			*at++ = ':';
		at = put_group(at, groups[i]);
	}
	return at;
}

void address_print(uint8_t family, const uint8_t *bytes, struct text *text)
{
	char *start = text_room(text, 48);
	char *end = family == IPV6 ? put_ipv6(start, bytes) : put_ipv4(start, bytes);

	text->length += (size_t)(end - start);
}

void mac_print(const uint8_t *bytes, size_t length, struct text *text)
{
	static const char digits[] = "0123456789abcdef";
	char *at;

	if (!length)
		return;
	at = text_room(text, length * 3);
	for (size_t i = 0; i < length; i++) {
		if (i)
			*at++ = ':';
		*at++ = digits[bytes[i] >> 4];
		*at++ = digits[bytes[i] & 15];
	}
	text->length += length * 3 - 1;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Three groups of four digits: 0200.0000.000b. */
static bool read_groups(const char *word, uint8_t value[6])
{
	for (int i = 0; i < 12; i++, word++) {
		int digit = hex_digit(*word);

		if (digit < 0)
			return false;
		value[i / 2] = (uint8_t)(value[i / 2] << 4 | digit);
		if (i == 3 || i == 7) {
			if (*++word != '.')
				return false;
		}
	}
	return !*word;
}

bool mac_read(const char *word, uint8_t bytes[6])
{
	uint8_t value[6] = { 0 };

	if (read_groups(word, value)) {
		memcpy(bytes, value, 6);
		return true;
	}
	for (int i = 0; i < 6; i++) {
		int digit = hex_digit(*word);

		if (digit < 0)
			return false;
		value[i] = (uint8_t)digit;
		digit = hex_digit(*++word);
		if (digit >= 0) {
			value[i] = (uint8_t)(value[i] << 4 | digit);
			word++;
		}
		if (i < 5 && *word != ':' && *word != '-')
			return false;
		if (i < 5)
			word++;
	}
	if (*word)
		return false;
	memcpy(bytes, value, 6);
	return true;
}

bool address_is_multicast(const struct address *address)
{
	return (address->family == IPV4 && (address->bytes[0] & 0xf0) == 0xe0) ||
	       (address->family == IPV6 && address->bytes[0] == 0xff);
}

bool lladdr_is_zero(const struct lladdr *lladdr)
{
	for (size_t i = 0; i < lladdr->length; i++)
		if (lladdr->bytes[i])
			return false;
	return true;
}

bool address_is_zero(const struct address *address)
{
	static const uint8_t zero[16];

	return !memcmp(address->bytes, zero, sizeof(zero));
}

bool number_read(const char *word, uint64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	*number = strtoull(word, &end, 0);
	return !*end;
}

bool address_read_prefix(const char *word, struct address *address, uint8_t *length)
{
	const char *slash = strchrnul(word, '/');
	size_t size = (size_t)(slash - word);
	struct address value;
	uint64_t number;
	char text[64];

	if (size >= sizeof(text))
		return false;
	memcpy(text, word, size);
	text[size] = '\0';
	if (!address_read_short(text, &value))
		return false;
	number = address_size(value.family) * 8;
	if (*slash && (!prefix_length_read(slash + 1, value.family, &number) ||
		       number > address_size(value.family) * 8))
		return false;
	*address = value;
	*length = (uint8_t)number;
	return true;
}

bool prefix_contains(const struct prefix *prefix, const struct address *address)
{
	/* A length from outside may be any. */
	for (unsigned bit = 0; bit < prefix->length && bit < 8 * sizeof(prefix->bytes); bit++)
		if ((address->bytes[bit / 8] ^ prefix->bytes[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return address->family == prefix->family;
}

bool prefix_trim(struct prefix *prefix)
{
	size_t at = prefix->length / 8, size = address_size(prefix->family);
	uint8_t left = 0;

	if (at < size) {
		uint8_t mask = (uint8_t)(0xff >> prefix->length % 8);

		left = prefix->bytes[at] & mask;
		prefix->bytes[at] &= (uint8_t)~mask;
	}
	for (size_t i = at + 1; i < size; i++) {
		left |= prefix->bytes[i];
		prefix->bytes[i] = 0;
	}
	return left;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a packed picture behind a head that fits. The input is what is other than
 * in a good one, so that a corpus outlives a change of the layout: its bytes are XORed
 * over that. An odd first byte ends them where the input ends.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "fuzz/output.h"
#include "model/link.h"
#include "model/pack.h"
#include "text/object_json.h"
#include "text/object_words.h"
#include "topology/topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char file[] =
	"ovl: 1\n"
	"lab: x\n"
	"netns:\n"
	"  a:\n"
	"    links:\n"
	"      vx0: {type: vxlan, id: 7, dstport: 4789, remotes: [10.0.0.2], altname: [long]}\n"
	"      v0: {type: veth, peer: b/v0, addr: [10.0.0.1/24]}\n"
	"      br0: {type: bridge, vlan_filtering: on}\n"
	"      d0: {type: dummy, master: br0, port: {isolated: on}}\n"
	"      vl5: {type: vlan, id: 5, link: v0, mtu: null}\n"
	"    fdb: ['02:00:00:00:00:09 dev vx0 dst 10.0.0.2']\n"
	"    arp: ['10.0.0.2 lladdr 02:00:00:00:00:02 dev v0']\n"
	"    routes:\n"
	"      - 10.9.0.0/16 nexthop via 10.0.0.2 dev v0 weight 2 nexthop via 10.0.0.3 dev v0\n"
	"      - default encap ip id 5 dst 10.0.0.9 via 10.0.0.2 mtu 1400\n"
	"    sysctl: {net.ipv4.ip_forward: 1}\n"
	"  b: {manage: patch}\n";

/* A good picture; what only the kernel tells is added. */
static void pack_good(struct text *bytes)
{
	CLEANUP(topology_clear) struct topology topology = { 0 };
	CLEANUP(names_free) struct names *names = names_new();
	struct attr_context context = { .names = names };
	struct topology_options options = { 0 };
	struct pools *pools = &topology.network.pools;
	struct error error = { 0 };
	struct link *link;
	size_t count = 0;

	if (topology_parse("file", file, sizeof(file) - 1, &options, &context, &topology, NULL,
			   NULL, &error) < 0)
		output_fails("no good picture", error.text, strlen(error.text));
	topology.network.names = names;
	link = network_at(&topology.network, OBJECT_LINK, 0);
	link->altnames.count = 2;
	for (const char *name = "altname"; count < 2; name += 3, count++)
		*array_add(&pools->names, &pools->names_count, &pools->names_room) =
			names_of(names, name);
	network_pack(&topology.network, bytes);
}

static void use(const struct network *network)
{
	CLEANUP(text_clear) struct text words = { 0 };
	CLEANUP(text_clear) struct text printed = { 0 };
	CLEANUP(text_clear) struct text packed = { 0 };
	CLEANUP(network_clear) struct network back = { .names = network->names };
	struct attr_context context = { .names = network->names };
	struct json_options options = {
		.context = &context, .details = true, .stats = true, .pools = &network->pools
	};
	struct error error = { 0 };

	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		for (size_t i = 0; i < network->objects[type].count; i++) {
			const void *object = network_at(network, type, i);
			struct json json = { .out = &printed };

			object_words(type, &context, object, NULL, WORDS_NEW, ATTR_STYLE_OVL,
				     &words);
			object_json(type, &options, object, &json);
			text_char(&words, '\n');
			text_char(&printed, '\n');
			if (!object_matches(type, object, object))
				output_fails("unlike itself", words.bytes, words.length);
		}
	output_check_text(text_string(&words), words.length);
	output_check_json(&printed);
	network_pack(network, &packed);
	if (network_unpack(&back, packed.bytes, packed.length, &error) < 0)
		output_fails("packed and not unpacked", error.text, strlen(error.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct text good;
	CLEANUP(names_free) struct names *names = names_new();
	CLEANUP(network_clear) struct network network = { .names = names };
	CLEANUP(pointer_free) char *bytes = NULL;
	struct error error = { 0 };
	size_t length;

	if (!size--)
		return 0;
	if (!good.length)
		pack_good(&good);
	length = good.length - PACK_HEAD;
	if ((*data++ & 1) || size > length)
		length = size;
	length += PACK_HEAD;
	/* Exactly as long: the sanitizer sees a read past it. */
	bytes = memory_new(length, 1);
	memcpy(bytes, good.bytes, length < good.length ? length : good.length);
	for (size_t i = 0; i < size; i++)
		bytes[PACK_HEAD + i] = (char)(bytes[PACK_HEAD + i] ^ data[i]);
	pack_seal(bytes, length);
	if (!network_unpack(&network, bytes, length, &error))
		use(&network);
	else if (error.errnum != EBADMSG)
		output_fails("another failure", error.text, strlen(error.text));
	return 0;
}

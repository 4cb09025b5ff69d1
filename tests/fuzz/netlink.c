/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a netlink socket: the first byte picks a command, the rest is what
 * the kernel answers to each of its requests, or with 255 the events it tells a
 * listener. Whatever they are, it ends, and what is printed moves no terminal and
 * is JSON where it should be.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/words.h"
#include "command/command.h"
#include "command/option.h"
#include "fuzz/output.h"
#include "kernel/ahead.h"
#include "kernel/listener.h"
#include "support/fake_kernel.h"
#include "text/object_json.h"
#include "text/object_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const commands_run[] = {
	"-d -s link show",
	"-j -d -s link show",
	"-o -d link show",
	"-d -s veth show",
	"-j veth show",
	"-d bridge show",
	"-j -p -d bridge show",
	"-d -s vxlan show",
	"-j -d vxlan show",
	"-d bridge port show",
	"-j -d bridge port show",
	"-d addr show",
	"-j -d -s addr show",
	"-s fdb show",
	"-j -s fdb show",
	"-o fdb show",
	"-s arp show nud all",
	"-j -s arp show nud all",
	"-d -s route show table all",
	"-j -d -s route show table all",
	"-6 -d route show table all",
	"-6 -j -p -d route show table all",
	"route get 10.0.0.1",
	"-j -d route get fd00::1",
	"vxlan vni show",
	"-j -s vxlan vni show",
	"arp get 10.0.0.1 dev v0",
	"fdb get 02:00:00:00:00:01 dev vx0 self",
	"fdb flush dev vx0",
	"addr flush dev v0",
	"arp flush dev v0 nud all",
	"route flush table 5",
	"link set v0 up mtu 1400 name v2 master br0",
	"veth add v9 up addr 10.0.0.1/24 peer v8",
	"-i fdb add 02:00:00:00:00:01 dev vx0 dst 10.0.0.2",
	"-i route add 10.0.0.0/8 via 10.1.1.1 dev v0",
};

static size_t split(char *line, char **words)
{
	size_t count = 0;

	for (char *at = strtok(line, " "); at; at = strtok(NULL, " "))
		words[count++] = at;
	return count;
}

/* What a listener's events are printed to. */
struct printing {
	struct attr_context context;
	struct json_options options;
	struct text words, json;
};

static int print_event(void *cookie, const struct event *event)
{
	struct printing *printing = cookie;
	struct json json = { .out = &printing->json };

	if (!event->object || event->kind == EVENT_BARRED)
		return 0;
	object_words(event->type, &printing->context, event->object, NULL, WORDS_VALUES,
		     ATTR_STYLE_OVL, &printing->words);
	object_json(event->type, &printing->options, event->object, &json);
	return 0;
}

ssize_t datagram_receive(int fd, void *buffer, size_t size)
{
	const uint8_t *at = fake_kernel.datagrams;
	size_t length;

	(void)fd;
	if (!at || fake_kernel.datagrams_size < 2)
		return -EAGAIN;
	length = (size_t)(at[0] | at[1] << 8);
	if (length > fake_kernel.datagrams_size - 2)
		length = fake_kernel.datagrams_size - 2;
	if (length > size)
		return -EBADMSG;
	memcpy(buffer, at + 2, length);
	fake_kernel.datagrams += length + 2;
	fake_kernel.datagrams_size -= length + 2;
	return (ssize_t)length;
}

static void hear(struct request *request)
{
	struct listening all = { 0 };
	struct listener *listener = memory_new(1, sizeof(*listener));
	struct printing printing = { .context = request_context(request) };
	struct monitor_wish wish = { .types = UINT32_MAX,
				     .pools = &request->pools,
				     .function = print_event,
				     .cookie = &printing };
	struct error error = { 0 };

	printing.options = (struct json_options){ .context = &printing.context,
						  .details = true,
						  .stats = true,
						  .pools = &request->pools };
	listening_init(&all, &request->kernel, &wish);
	if (netlink_open(&listener->netlink, request->names, &error) < 0 ||
	    listener_place(&all, listener, &listener->place, &error) < 0)
		abort();
	listener->place.netlink = &listener->netlink;
	listener->place.links.cookie = &listener->netlink;
	while (fake_kernel.datagrams_size >= 2 && !error.errnum)
		listener_hear(&all, listener, 2, &error);
	output_check_text(text_string(&printing.words), printing.words.length);
	output_check_json(&printing.json);
	text_clear(&printing.words);
	text_clear(&printing.json);
	listener_free(&all, listener);
	listening_clear(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(request_clear) struct request request = { 0 };
	CLEANUP(text_clear) struct text out = { 0 };
	char line[128], *list[32];
	struct options options = { 0 };
	struct error error = { 0 };
	enum special special;
	struct words words = { list, 0 };

	if (!size)
		return 0;
	fake_kernel_reset();
	fake_kernel.datagrams = data + 1;
	fake_kernel.datagrams_size = size - 1;
	strcpy(line, commands_run[*data % (sizeof(commands_run) / sizeof(*commands_run))]);
	words.left = split(line, list);
	if (options_take(&options, &words, &special, &error) < 0)
		abort();
	options.quiet = true;
	request_init(&request, &options, &out);
	if (*data == 255)
		hear(&request);
	else if (command_run(&request, &words, &error) < 0 && !error.errnum)
		output_fails("a failure without an error", line, strlen(line));
	output_check_text(text_string(&out), out.length);
	if (options.json)
		output_check_json(&out);
	return 0;
}

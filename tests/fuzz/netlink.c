/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a netlink socket: the first byte picks a command, the rest is what
 * the kernel answers to each of its requests. Whatever is answered, the command
 * ends, and what it prints moves no terminal and is JSON where it should be.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "command/command.h"
#include "command/option.h"
#include "fuzz/output.h"
#include "support/fake_kernel.h"

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
	if (command_run(&request, &words, &error) < 0 && !error.errnum)
		output_fails("a failure without an error", line, strlen(line));
	output_check_text(text_string(&out), out.length);
	if (options.json)
		output_check_json(&out);
	return 0;
}

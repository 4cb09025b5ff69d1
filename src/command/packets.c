/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `ovl monitor packets`: a line for every packet, or a file of them, until so
 * many have come, the time is over, or it is interrupted.
 */
#include "command/packets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/words.h"
#include "command/outflow.h"
#include "command/request.h"
#include "kernel/packets.h"
#include "text/packet.h"
#include "text/pcapng.h"

/* Of a line: what is behind the headers is not looked at. */
enum { LINE_SNAP = 512 };

struct wish {
	const char *file; /* NULL: lines */
	uint32_t *devices;
	size_t count, room;
};

struct seeing {
	struct request *request;
	struct packets *packets;
	const struct wish *wish;
	struct outflow out;
	struct pcapng pcapng;
	struct packet_view view;
	uint64_t seen;
};

static void wish_clear(struct wish *wish)
{
	free(wish->devices);
}

static int take_wish(const struct request *request, struct words *words, struct wish *wish,
		     struct error *error)
{
	bool only_names = false;

	while (words_peek(words)) {
		const char *word = words_take(words);
		uint32_t name;
		int r;

		if (!only_names && !strcmp(word, "--")) {
			only_names = true;
			continue;
		}
		if (!only_names && !strcmp(word, "-w")) {
			wish->file = words_value(words, "-w", "FILE", error);
			if (!wish->file)
				return -EINVAL;
			continue;
		}
		if (!only_names && *word == '-')
			return error_usage(error, "'%s' is not expected: [-w FILE] [DEV...]", word);
		r = request_name(request, word, &name, error);
		if (r < 0)
			return r;
		*array_add(&wish->devices, &wish->count, &wish->room) = name;
	}
	if (request->options.all_netns)
		return error_usage(error, "--all-netns does not go with packets: -n names one");
	if (wish->file && request->options.json)
		return error_usage(error, "-w writes pcapng, --json prints lines: one of them");
	return 0;
}

static bool is_enough(const struct seeing *seeing)
{
	uint64_t most = seeing->request->options.count;

	return most && seeing->seen == most;
}

static int take_packet(void *cookie, const struct packet *packet)
{
	struct seeing *seeing = cookie;
	struct text *text = &seeing->out.text;

	if (is_enough(seeing))
		return 0;
	seeing->seen++;
	if (seeing->wish->file) {
		pcapng_packet(&seeing->pcapng, packet, text);
		return 0;
	}
	packet_read(packet, packets_vxlan_ports(seeing->packets), &seeing->view);
	if (seeing->request->options.json) {
		struct json json = { .out = text };

		packet_json(packet, &seeing->view, &json);
		text_char(text, '\n');
	} else {
		packet_words(packet, &seeing->view, seeing->request->options.details, text);
	}
	return 0;
}

/* Readable once the time is over; -1 when there is no end. */
static int start_timer(uint64_t ms, int *timer, struct error *error)
{
	struct itimerspec end = { .it_value = { (time_t)(ms / 1000),
						(long)(ms % 1000) * 1000000 } };

	if (!ms)
		return 0;
	*timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (*timer < 0 || timerfd_settime(*timer, 0, &end, NULL) < 0)
		return error_set(error, errno, "cannot set a timer");
	return 0;
}

static int see_packets(struct seeing *seeing, int timer, struct error *error)
{
	bool over = false;
	int r = outflow_write(&seeing->out, error);

	while (!r && !over && !seeing->out.ended && !is_enough(seeing)) {
		struct pollfd polls[OUTFLOW_POLLS + 1];

		outflow_polls(&seeing->out, polls);
		polls[OUTFLOW_POLLS] = (struct pollfd){ timer, POLLIN, 0 };
		r = packets_wait(seeing->packets, polls, OUTFLOW_POLLS + 1, take_packet, seeing,
				 error);
		if (!r)
			r = outflow_write(&seeing->out, error);
		if (!r)
			r = outflow_look(&seeing->out, polls, error);
		over = polls[OUTFLOW_POLLS].revents;
	}
	return r;
}

static void tell_end(const struct seeing *seeing)
{
	unsigned long long seen = seeing->seen, lost = packets_lost(seeing->packets);

	if (seeing->wish->file)
		request_note(seeing->request, "%llu packets written", seen);
	if (lost)
		request_note(seeing->request, "%llu packets were lost: more came than were taken",
			     lost);
}

static int see(struct seeing *seeing, struct error *error)
{
	const struct request *request = seeing->request;
	CLEANUP(fd_close) int timer = -1;
	int r = start_timer(request->options.for_ms, &timer, error);

	if (r < 0)
		return r;
	if (request->options.verbose)
		fputs("ovl: monitor: listening\n", stderr);
	if (seeing->wish->file)
		pcapng_begin(&seeing->out.text);
	r = see_packets(seeing, timer, error);
	tell_end(seeing);
	return r;
}

/* Where a file of packets goes; it is not emptied before all else is found to be right. */
static int open_file(const char *path, struct text *file, int *fd, struct error *error)
{
	*fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
	if (*fd < 0)
		return error_set(error, errno, "cannot open '%s'", path);
	text_to_fd(file, *fd);
	return 0;
}

int packets_run(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(wish_clear) struct wish wish = { .file = NULL };
	CLEANUP(packets_close) struct packets *packets = NULL;
	CLEANUP(text_clear) struct text file = { 0 };
	CLEANUP(fd_close) int fd = -1;
	struct seeing seeing = { .request = request, .wish = &wish };
	bool to_file;
	int r = take_wish(request, words, &wish, error);

	if (r < 0)
		return r;
	to_file = wish.file && strcmp(wish.file, "-") != 0;
	if (wish.file && !to_file && request->out->streams && isatty(request->out->fd))
		return error_usage(error, "-w -: a terminal shows no packets");
	r = packets_open(&request->kernel, 0, wish.devices, wish.count,
			 wish.file ? PCAPNG_SNAP : LINE_SNAP, &packets, error);
	if (!r && to_file)
		r = open_file(wish.file, &file, &fd, error);
	if (r < 0)
		return r;
	seeing.packets = packets;
	r = outflow_open(&seeing.out, to_file ? &file : request->out, error);
	if (!r)
		r = see(&seeing, error);
	outflow_close(&seeing.out);
	pcapng_clear(&seeing.pcapng);
	return r;
}

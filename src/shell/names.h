/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The links and namespaces there are, for completion: read once, in steps between which
 * keys are taken, and kept by the kernel's events, so that a key needs no dump. Who shows
 * events to the user hears them here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command/complete.h"
#include "kernel/monitor.h"

struct names_cache;

/* Reads nothing yet. Where it cannot listen to the kernel, each question is a dump after all. */
struct names_cache *names_cache_new(struct request *request);
void names_cache_free(struct names_cache **cache);

/*
 * Each further event is handed to the function too, after the cache took it:
 * links and namespaces, in every named namespace and in the one ovl runs in (0).
 */
void names_cache_hear(struct names_cache *cache, event_function *function, void *cookie);

/* What namespace 0 means in a question (`use NETNS`). */
void names_cache_use(struct names_cache *cache, uint32_t netns);

/*
 * Lives as long as the cache. Of a namespace that was not read yet it puts nothing: its turn
 * comes next, and the question lacks it until it is read.
 */
struct complete_source names_cache_source(struct names_cache *cache);

/* Another question begins; whether the last one lacks something that will be there soon. */
void names_cache_ask(struct names_cache *cache);
bool names_cache_lacks(const struct names_cache *cache);

/* Whether that namespace is still being read: an event of it then is part of how it begins. */
bool names_cache_reads(const struct names_cache *cache, uint32_t netns);

enum { NAMES_POLLS = MONITOR_POLLS };

/*
 * Fills in what to wait for and returns how many; *timeout_ms becomes 0 while there
 * is something left to be read. names_cache_ready() is called after each wait, and
 * takes a millisecond or so.
 */
size_t names_cache_polls(struct names_cache *cache, struct pollfd *polls, int *timeout_ms);
void names_cache_ready(struct names_cache *cache, const struct pollfd *polls);

/* Takes an event as the monitor would tell it. */
int names_cache_take(struct names_cache *cache, const struct event *event);

/* Why it does not listen, or NULL. */
const struct error *names_cache_failure(const struct names_cache *cache);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/lab.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "apply/former.h"
#include "apply/lab_lock.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "command/request.h"
#include "kernel/fdb_tables.h"
#include "kernel/foresight.h"
#include "kernel/picture.h"

void lab_clear(struct lab *lab)
{
	comparison_clear(&lab->comparison);
	network_clear(&lab->have);
	places_clear(&lab->places);
	stored_clear(&lab->last);
	topology_clear(&lab->former);
	topology_clear(&lab->topology);
}

void lab_tell_mistake(void *cookie, const struct topology_mistake *mistake)
{
	(void)cookie;
	if (!mistake->is_last)
		error_print(&mistake->error, stderr);
}

static void expect(void *cookie, enum object_type type, const void *object, size_t count)
{
	struct request *request = cookie;

	picture_expect(&request->kernel, type, object, count);
}

static int load(struct request *request, const char *path, bool is_compared, struct lab *lab,
		struct error *error)
{
	const struct topology_options options = { .host = request->options.host,
						  .sets = request->options.sets,
						  .is_long = is_compared ? expect : NULL,
						  .cookie = request };
	struct attr_context context = request_context(request);
	int r;

	/* Of a line before, which failed. */
	foresight_end(&request->kernel);
	r = topology_read(path, &options, &context, &lab->topology, lab_tell_mistake, NULL, error);
	if (r < 0)
		foresight_end(&request->kernel);
	return r;
}

static int load_next(struct request *request, struct words *words, bool is_compared,
		     struct lab *lab, struct error *error)
{
	const char *path = words_take(words);

	if (!path)
		return error_usage(error, "a FILE is needed");
	if (words_peek(words))
		return error_usage(error, "'%s' is too much behind the FILE", words_peek(words));
	return load(request, path, is_compared, lab, error);
}

int lab_load(struct request *request, struct words *words, struct lab *lab, struct error *error)
{
	return load_next(request, words, true, lab, error);
}

int lab_load_alone(struct request *request, struct words *words, struct lab *lab,
		   struct error *error)
{
	return load_next(request, words, false, lab, error);
}

void lab_find_last(struct request *request, struct lab *lab)
{
	const struct store_meta meta = { .host = request->options.host,
					 .sets = request->options.sets };

	lab->is_last = stored_is_last(lab->topology.lab, &lab->topology.document, &meta);
	if (!lab->is_last)
		stored_last(request, lab->topology.lab, &lab->last);
}

const struct network *lab_last(const struct lab *lab)
{
	return lab->is_last         ? &lab->topology.network
	       : lab->last.is_there ? &lab->last.topology.network
				    : NULL;
}

static void find_former(struct request *request, struct lab *lab)
{
	struct attr_context context = request_context(request);
	struct error why = { 0 };

	if (former_read(lab->topology.lab, &context, &lab->former, &why) < 0)
		request_note(request,
			     "what others' links and settings had before cannot be read, and they "
			     "stay as they are: %s",
			     why.text);
}

static struct past past_of(const struct lab *lab)
{
	return (struct past){ .last = lab_last(lab),
			      .former = lab->former.lab ? &lab->former.network : NULL };
}

static int look(struct request *request, struct lab *lab, struct error *error)
{
	struct past past;
	pid_t busy = lab_lock_holder(lab->topology.lab);
	int r;

	if (busy)
		request_note(request, "the lab is being changed now, by pid %d", (int)busy);
	lab_find_last(request, lab);
	find_former(request, lab);
	past = past_of(lab);
	r = lab_places(&request->kernel, &lab->topology.network, &past, lab->topology.lab,
		       &lab->places, &request->unseen, error);
	if (r < 0)
		return r;
	return lab_network_read(&request->kernel, &lab->topology.network, &past, &lab->places, 0,
				NULL, &lab->have, error);
}

int lab_load_last(struct request *request, const char *name, struct lab *lab, struct error *error)
{
	CLEANUP(stored_clear) struct stored stored = { .is_there = false };
	int r = stored_read(request, name, 0, &stored, error);

	if (r < 0)
		return r;
	lab->topology = stored.topology;
	stored.topology = (struct topology){ 0 };
	return 0;
}

void lab_note_left(const struct request *request, const struct comparison *comparison)
{
	if (comparison->left.length)
		request_note(request,
			     "not given back, as somebody changed it since, or it would lead to "
			     "what is gone: %.*s",
			     (int)comparison->left.length, comparison->left.bytes);
}

void lab_note_unsearched(const struct request *request, const struct network *have)
{
	if (have->fdb_not_searched)
		request_note(request,
			     "extra fdb entries were not searched: more than %d are wanted in one "
			     "table",
			     FDB_ASK_ABOVE);
}

int lab_take_name(struct request *request, struct words *words, char name[LAB_NAME_MOST + 1],
		  struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const char *word = words_take(words);
	int r = 0;

	if (!word)
		return error_usage(error, "a FILE or LAB is needed");
	if (words_peek(words))
		return error_usage(error, "'%s' is too much behind '%s'", words_peek(words), word);
	if (strpbrk(word, "/.") || !strcmp(word, "-")) {
		r = load(request, word, false, &lab, error);
		word = lab.topology.lab;
	} else if (!lab_check_name(word)) {
		r = error_usage(
			error,
			"'%s' is no lab's name (a-z, 0-9 and '-', %d at most), and a file has "
			"a '/' or '.' in it",
			word, LAB_NAME_MOST);
	}
	if (!r)
		memcpy(name, word, strlen(word) + 1);
	return r;
}

const char *lab_file_name(const char *path)
{
	return path && !strcmp(path, "-") ? "stdin" : path;
}

int lab_take_only(struct request *request, struct words *words, char name[LAB_NAME_MOST + 1],
		  struct error *error)
{
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	const char *word = words_peek(words);
	int r;

	(void)request;
	if (word && lab_check_name(word) && !isdigit((unsigned char)*word)) {
		memcpy(name, words_take(words), strlen(word) + 1);
		return 0;
	}
	r = store_labs(&labs, error);
	if (r < 0)
		return r;
	if (labs.count != 1)
		return error_usage(error, labs.count
						  ? "which LAB? There are several: see 'ovl status'"
						  : "no lab was applied here");
	memcpy(name, labs.names[0], sizeof(labs.names[0]));
	return 0;
}

struct compare_options lab_options(const struct request *request)
{
	return (struct compare_options){
		.adopt = request->options.adopt,
		.no_prune = request->options.no_prune,
		.plain_addresses = request->options.as_ip,
	};
}

int lab_compare(struct request *request, struct lab *lab, struct error *error)
{
	struct compare_options options = lab_options(request);
	int r = look(request, lab, error);

	if (r < 0)
		return r;
	options.last = past_of(lab).last;
	options.former = past_of(lab).former;
	lab_note_unsearched(request, &lab->have);
	r = compare(&lab->have, &lab->topology.network, lab->topology.lab, &options,
		    &lab->comparison, error);
	if (!r)
		lab_note_left(request, &lab->comparison);
	return r;
}

void lab_finish(struct request *request, const struct lab *lab)
{
	/* What could not be looked at is worse than a difference: exit 2. */
	if (request->unseen.errnum)
		return;
	request->status = comparison_exit(&lab->comparison);
	request->has_status = true;
}

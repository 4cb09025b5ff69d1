/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/session_guard.h"

#include "apply/refusal.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "command/request.h"
#include "kernel/session.h"
#include "plan/cut.h"
#include "plan/plan.h"

static bool is_shown(const struct request *request)
{
	return request->options.dry_run || request->options.as_ip;
}

void session_forget(struct request *request)
{
	session_clear_path(&request->session);
}

/* Nothing of a batch may wait while the kernel is asked; its failure is that of an earlier line. */
static int settle(struct request *request, struct error *error)
{
	int r;

	if (!apply_waits(&request->apply))
		return 0;
	r = apply_flush(&request->apply, error);
	if (!r)
		request->apply.failed_line = request->line;
	return r;
}

static int find(struct request *request, struct error *error)
{
	struct session *session = &request->session;
	int r;

	if (session->state != SESSION_UNSOUGHT)
		return 0;
	r = settle(request, error);
	if (r < 0)
		return r;
	session_find(&request->kernel, session);
	if (session->state == SESSION_LOST)
		request_note(request, "%s: what cuts this ssh session is not refused",
			     session->why);
	return 0;
}

/* 1: the session's path is known; 0: there is nothing to guard, or nothing that the step could cut. */
static int prepare(struct request *request, const struct step *step, struct error *error)
{
	struct session *session = &request->session;
	struct error why = { 0 };
	int r = find(request, error);

	if (r < 0 || session->state != SESSION_FOUND || !step_may_cut(step, session))
		return r;
	if (object_netns(step->type, step->object))
		session_find_names(&request->kernel, session);
	if (session->has_path)
		return 1;
	r = settle(request, error);
	if (r < 0)
		return r;
	if (!session_read_path(&request->kernel, session, &why))
		return 1;
	request_note(request, "%s: nothing is refused for it", why.text);
	session->state = SESSION_LOST;
	return 0;
}

int session_mark(struct request *request, struct plan *plan, struct error *error)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct step *step = &plan->steps[i];
		int r;

		step->cuts = NULL;
		/* Most steps of a big batch end here. */
		if (!step_may_cut(step, NULL))
			continue;
		r = prepare(request, step, error);
		if (r < 0)
			return r;
		if (r > 0)
			step->cuts = step_cuts(step, &request->session, request->names);
	}
	return 0;
}

static int refuse(struct request *request, const struct step *step, struct error *error)
{
	const struct connection *connection = &request->session.connection;
	CLEANUP(text_clear) struct text name = { 0 }, remote = { 0 }, local = { 0 };
	struct place place = { .kernel = &request->kernel,
			       .netns = object_netns(step->type, step->object),
			       .context = request_context(request) };

	step_name(&place, step, &name);
	address_print(connection->remote.family, connection->remote.bytes, &remote);
	address_print(connection->local.family, connection->local.bytes, &local);
	return error_usage(
		error,
		"%s: %s would cut this ssh session (%s -> %s): give --confirm 5m to have "
		"it taken back, or --force",
		text_string(&name), step->cuts, text_string(&remote), text_string(&local));
}

int session_guard(struct request *request, struct plan *plan, struct error *error)
{
	struct session *session = &request->session;
	int r;

	if (!is_shown(request) && (request->options.force || request->options.confirm_s)) {
		session_forget(request);
		return 0;
	}
	r = session_mark(request, plan, error);
	if (r < 0 || is_shown(request))
		return r;
	for (size_t i = 0; i < plan->count; i++)
		if (plan->steps[i].cuts)
			return refuse(request, &plan->steps[i], error);
	for (size_t i = 0; i < plan->count && session->has_path; i++)
		if (step_moves_session(&plan->steps[i], session))
			session_forget(request);
	return 0;
}

int session_guard_step(struct request *request, enum object_type type, enum change change,
		       const void *object, struct error *error)
{
	struct step step = { .type = type, .change = change, .object = object };
	struct plan plan = { .steps = &step, .count = 1 };

	return session_guard(request, &plan, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "shell/history.h"
#include "shell/paste.h"
#include "shell/screenful.h"
#include "shell/terminal_keys.h"

enum { OWN_POLLS = 2 };

/* Read from a descriptor while a line is typed. */
static const int caught[] = { SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP, SIGWINCH };
/* Ignored otherwise; the first of those. */
enum { CAUGHT = sizeof(caught) / sizeof(*caught), IGNORED = 3 };

/* readline calls back without a cookie. */
static struct terminal {
	const struct terminal_hooks *hooks;
	const char *history; /* NULL: none, or it failed */
	int signals;         /* signalfd(2), or -1 */
	sigset_t blocked, before;
	struct sigaction actions[IGNORED]; /* before */
	bool at_prompt;                    /* a line is being typed */
	bool is_gone, ends;
	bool prompt_waits; /* it changed while it was not shown */
	int result;
	char *prompt;      /* as it is shown */
	struct text above; /* announcements that wait for a screenful's end */
	struct screenful screenful;
	struct paste paste;
} terminal = { .signals = -1 };

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	error_note(stderr, format, arguments);
	va_end(arguments);
}

size_t terminal_columns(void)
{
	int rows, columns = 0;

	rl_get_screen_size(&rows, &columns);
	return columns > 0 ? (size_t)columns : 80;
}

/* Puts the cursor below the line, which is drawn anew later. */
static void leave_line(void)
{
	int point = rl_point;

	rl_point = rl_end;
	rl_redisplay();
	rl_point = point;
}

static void draw_line(void)
{
	if (terminal.above.length) {
		fputs(text_string(&terminal.above), rl_outstream);
		text_cut(&terminal.above, 0);
	}
	rl_forced_update_display();
}

void terminal_announce(const char *text)
{
	if (terminal.screenful.state != SCREENFUL_NONE) {
		text_printf(&terminal.above, "%s\n", text);
		return;
	}
	if (terminal.at_prompt)
		rl_clear_visible_line();
	printf("%s\n", text);
	if (terminal.at_prompt)
		draw_line();
	fflush(stdout);
}

/* A search or a count shows something else in its place. */
static bool shows_prompt(void)
{
	return !RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG |
			   RL_STATE_METANEXT | RL_STATE_VIMOTION) &&
	       terminal.screenful.state == SCREENFUL_NONE;
}

void terminal_prompt_changed(void)
{
	const char *prompt;

	if (!terminal.at_prompt)
		return;
	terminal.prompt_waits = !shows_prompt();
	if (terminal.prompt_waits)
		return;
	prompt = terminal.hooks->prompt(terminal.hooks->cookie);
	if (!strcmp(prompt, terminal.prompt))
		return;
	free(terminal.prompt);
	terminal.prompt = memory_text(prompt);
	rl_clear_visible_line();
	rl_set_prompt(terminal.prompt);
	draw_line();
}

void terminal_forget_pasted(void)
{
	paste_clear(&terminal.paste);
}

void terminal_list(struct text *text, size_t possibilities)
{
	leave_line();
	fputc('\n', rl_outstream);
	screenful_begin(&terminal.screenful, text, possibilities);
	if (terminal.screenful.state == SCREENFUL_NONE)
		draw_line();
}

void terminal_forked(void)
{
	for (size_t i = 0; i < IGNORED; i++)
		sigaction(caught[i], &terminal.actions[i], NULL);
	sigprocmask(SIG_SETMASK, &terminal.before, NULL);
}

static int open_signals(struct error *error)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigemptyset(&terminal.blocked);
	for (size_t i = 0; i < CAUGHT; i++)
		sigaddset(&terminal.blocked, caught[i]);
	terminal.signals = signalfd(-1, &terminal.blocked, SFD_CLOEXEC | SFD_NONBLOCK);
	if (terminal.signals < 0)
		return error_set(error, errno, "cannot wait for signals");
	for (size_t i = 0; i < IGNORED; i++)
		sigaction(caught[i], &ignore, &terminal.actions[i]);
	sigprocmask(SIG_BLOCK, &terminal.blocked, &terminal.before);
	return 0;
}

/* What was typed goes into the history before it runs, which it may not survive. */
static void keep(const char *line)
{
	struct error error = { 0 };

	if (history_keep(line, terminal.history, &error) >= 0)
		return;
	note("the history is not kept: %s", error.text);
	terminal.history = NULL;
}

static void set_prompt(void)
{
	free(terminal.prompt);
	terminal.prompt = memory_text(terminal.hooks->prompt(terminal.hooks->cookie));
	terminal.prompt_waits = false;
	terminal.at_prompt = true;
}

static void end(int result)
{
	terminal.result = result;
	terminal.ends = true;
	terminal.at_prompt = false;
	rl_callback_handler_remove();
}

/* Runs a line. Who was killed meanwhile, as a pager may be, did not put the terminal right. */
static int run_line(const char *line)
{
	struct termios modes;
	bool has_modes = !tcgetattr(STDIN_FILENO, &modes);
	int r;

	sigprocmask(SIG_SETMASK, &terminal.before, NULL);
	r = terminal.hooks->line(terminal.hooks->cookie, line);
	sigprocmask(SIG_BLOCK, &terminal.blocked, NULL);
	if (has_modes)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	return r;
}

/* readline has put the terminal into its usual mode; it draws the next prompt by itself. */
static void enter_line(char *line)
{
	int r;

	terminal.at_prompt = false;
	terminal_keys_forget();
	if (terminal.is_gone) {
		free(line);
		end(0);
		return;
	}
	if (line)
		keep(line);
	/* Leaving a terminal that marks what is pasted, readline put one here, since 8.1. */
	else if (rl_readline_version < 0x801 ||
		 strcmp(rl_variable_value("enable-bracketed-paste"), "on") != 0)
		putchar('\n');
	fflush(stdout);
	r = run_line(line);
	free(line);
	if (r) {
		end(r);
		return;
	}
	/* A change of size meanwhile went unheard. */
	rl_reset_screen_size();
	set_prompt();
	rl_set_prompt(terminal.prompt);
}

static void begin_prompt(void)
{
	set_prompt();
	rl_callback_handler_install(terminal.prompt, enter_line);
}

static void no_prep(int meta)
{
	(void)meta;
}

static void no_deprep(void)
{
}

/* The terminal's modes stay: in the usual ones it would echo what is typed meanwhile. */
static void begin_prompt_anew(void)
{
	rl_vintfunc_t *prep = rl_prep_term_function;
	rl_voidfunc_t *deprep = rl_deprep_term_function;

	rl_prep_term_function = no_prep;
	rl_deprep_term_function = no_deprep;
	rl_callback_handler_remove();
	begin_prompt();
	rl_prep_term_function = prep;
	rl_deprep_term_function = deprep;
}

/* Ctrl-C: the line is dropped, the next one is empty. */
static void cancel_line(void)
{
	paste_clear(&terminal.paste);
	terminal_keys_forget();
	if (terminal.screenful.state != SCREENFUL_NONE) {
		screenful_key(&terminal.screenful, EOF);
		draw_line();
		return;
	}
	leave_line();
	fputs("^C\n", rl_outstream);
	rl_free_line_state();
	rl_callback_sigcleanup();
	begin_prompt_anew();
}

/* Ctrl-Z: stops here, with the terminal as others expect it. */
static void stop(void)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction ignored;
	sigset_t one;

	if (terminal.screenful.state != SCREENFUL_NONE)
		screenful_key(&terminal.screenful, EOF);
	leave_line();
	fputc('\n', rl_outstream);
	fflush(rl_outstream);
	rl_deprep_term_function();
	sigaction(SIGTSTP, &usual, &ignored);
	raise(SIGTSTP);
	sigemptyset(&one);
	sigaddset(&one, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	sigprocmask(SIG_BLOCK, &one, NULL);
	sigaction(SIGTSTP, &ignored, NULL);
	rl_prep_term_function(1);
	rl_reset_screen_size();
	draw_line();
}

static void take_signals(void)
{
	struct signalfd_siginfo signal;

	while (!terminal.ends &&
	       read(terminal.signals, &signal, sizeof(signal)) == sizeof(signal)) {
		if (signal.ssi_signo == SIGINT)
			cancel_line();
		else if (signal.ssi_signo == SIGTSTP)
			stop();
		else if (signal.ssi_signo == SIGWINCH && terminal.screenful.state == SCREENFUL_NONE)
			rl_resize_terminal();
		else if (signal.ssi_signo == SIGWINCH)
			rl_reset_screen_size();
		else if (signal.ssi_signo != SIGQUIT)
			end(0);
	}
}

/* For readline, which must not read past what it needs: a program that is started reads on. */
static int read_key(FILE *ignored)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
	unsigned char key;
	ssize_t n;

	(void)ignored;
	if (paste_take_key(&terminal.paste, &key))
		return key;
	/* A program that was run may have left it so that it does not wait. */
	while ((n = read(STDIN_FILENO, &key, 1)) < 0 && (errno == EINTR || errno == EAGAIN))
		poll(&input, 1, -1);
	if (n == 1)
		return key;
	terminal.is_gone = true;
	return EOF;
}

static int has_key(void)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };

	return paste_has_keys(&terminal.paste) || poll(&input, 1, 0) > 0;
}

static int begin_paste(int count, int key)
{
	(void)count;
	(void)key;
	paste_begin(&terminal.paste);
	return 0;
}

/* A line of what was pasted, as if it were typed. */
static void enter_pasted(void)
{
	CLEANUP(text_clear) struct text line = { 0 };
	bool is_whole = paste_take_line(&terminal.paste, &line);

	rl_insert_text(text_string(&line));
	rl_redisplay();
	if (!is_whole)
		return;
	paste_put_key(&terminal.paste, '\n');
	rl_callback_read_char();
}

static void take_input(void)
{
	if (terminal.paste.is_open) {
		if (paste_read(&terminal.paste, STDIN_FILENO) < 0)
			terminal.is_gone = true;
	} else if (terminal.screenful.state != SCREENFUL_NONE) {
		screenful_key(&terminal.screenful, read_key(NULL));
		if (terminal.screenful.state == SCREENFUL_NONE)
			draw_line();
	} else if (paste_has_lines(&terminal.paste)) {
		enter_pasted();
	} else {
		rl_callback_read_char();
	}
	terminal_keys_typed();
	if (terminal.is_gone && !terminal.ends)
		end(0);
	if (!terminal.ends && terminal.prompt_waits && shows_prompt())
		terminal_prompt_changed();
}

/* Keys that were pressed before they could be answered. */
static void press_again(void)
{
	CLEANUP(text_clear) struct text keys = { 0 };

	if (!terminal_keys_take(&keys))
		return;
	/* Each goes in front of the one behind it. */
	for (size_t i = keys.length; i--;)
		paste_put_key(&terminal.paste, keys.bytes[i]);
}

/* One turn: a wait, and what came of it. */
static int turn(struct error *error)
{
	struct pollfd polls[OWN_POLLS + TERMINAL_POLLS] = {
		{ terminal.signals, POLLIN, 0 },
		{ STDIN_FILENO, POLLIN, 0 },
	};
	const struct terminal_hooks *hooks = terminal.hooks;
	bool has_input = !terminal.paste.is_open &&
			 (paste_has_keys(&terminal.paste) || paste_has_lines(&terminal.paste));
	int timeout_ms = -1, ready, r;
	bool others = false;
	size_t count = hooks->wait_for
			       ? hooks->wait_for(hooks->cookie, polls + OWN_POLLS, &timeout_ms)
			       : 0;

	ready = poll(polls, OWN_POLLS + count, has_input ? 0 : timeout_ms);
	if (ready < 0)
		return errno == EINTR ? 0 : error_set(error, errno, "cannot wait for the terminal");
	if (polls[0].revents)
		take_signals();
	if (!terminal.ends && (has_input || polls[1].revents))
		take_input();
	for (size_t i = 0; i < count; i++)
		others = others || polls[OWN_POLLS + i].revents;
	if (terminal.ends || (!others && (ready || has_input)))
		return 0;
	r = hooks->ready ? hooks->ready(hooks->cookie, polls + OWN_POLLS, count) : 0;
	if (r && !terminal.ends)
		end(r);
	if (!terminal.ends)
		press_again();
	return 0;
}

static void set_up(void)
{
	rl_readline_name = "ovl";
	rl_instream = stdin;
	rl_outstream = stdout;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_getc_function = read_key;
	rl_input_available_hook = has_key;
	terminal_keys_bind(terminal.hooks, begin_paste);
	using_history();
}

static void clear(void)
{
	terminal_keys_clear();
	screenful_end(&terminal.screenful);
	paste_clear(&terminal.paste);
	text_clear(&terminal.above);
	free(take_ptr(terminal.prompt));
	clear_history();
	fd_close(&terminal.signals);
}

int terminal_run(const struct terminal_hooks *hooks, const char *history, struct error *error)
{
	struct error unusable = { 0 };
	int r;

	terminal.hooks = hooks;
	terminal.history = history;
	terminal.ends = terminal.is_gone = false;
	terminal.result = 0;
	r = open_signals(error);
	if (r < 0)
		return r;
	set_up();
	if (history && history_load(history, &unusable) < 0) {
		note("the history is not kept: %s", unusable.text);
		terminal.history = NULL;
	}
	begin_prompt();
	while (!terminal.ends && r >= 0)
		r = turn(error);
	if (!terminal.ends)
		end(r);
	clear();
	terminal_forked();
	return terminal.result;
}

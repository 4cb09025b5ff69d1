#pragma once
#include <stdbool.h>
#include <stddef.h>
struct words;
struct error;
struct pipes {
	size_t count;
};
static inline int pipes_take(struct words *w, struct pipes *p, struct error *e)
{
	(void)w;
	(void)p;
	(void)e;
	return 0;
}
static inline bool pipes_want_json(const struct pipes *p)
{
	(void)p;
	return false;
}
static inline bool pipes_any(const struct pipes *p)
{
	return p->count;
}
static inline void pipes_clear(struct pipes *p)
{
	(void)p;
}
int pipes_run(struct pipes *pipes, int fd, int out_fd, bool page, struct error *error);

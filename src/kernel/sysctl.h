/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Network settings of a namespace: files below /proc/sys/net, as a process inside sees them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct error;
struct kernel;
struct names;

/* A setting asked for: interned key, and its value when it is there. */
struct sysctl_value {
	uint32_t key;
	uint32_t value; /* interned, one blank between words; 0: there is no such setting */
};

/*
 * Reads all the settings in one visit of the namespace (interned name, 0: the
 * one ovl runs in). One that is not there, or may not be read, keeps value 0.
 */
int sysctl_read(struct kernel *kernel, uint32_t netns, struct sysctl_value *values, size_t count,
		struct error *error);

/*
 * Writes all of them in one visit, in order; those in front of a refused one
 * (exit 2: there is no such setting, or the value is none of its) stay written.
 */
int sysctl_write(struct kernel *kernel, uint32_t netns, const struct sysctl_value *values,
		 size_t count, struct error *error);

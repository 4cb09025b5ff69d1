/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch file, carried out by a kernel that is not there; the first byte says how. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/batch.h"
#include "command/request.h"
#include "fuzz/output.h"
#include "support/fake_kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	static FILE *nowhere;
	CLEANUP(request_clear) struct request request = { 0 };
	CLEANUP(text_clear) struct text out = { 0 };
	struct options options = { .quiet = true };
	struct error error = { 0 };
	char path[64];
	FILE *told = stderr;
	int r;

	if (!size)
		return 0;
	if (file < 0) {
		file = memfd_create("batch", MFD_CLOEXEC);
		nowhere = fopen("/dev/null", "we");
		/* A line may ask to read it. */
		if (!freopen("/dev/null", "re", stdin))
			abort();
	}
	fake_kernel_reset();
	options.force = *data & 1;
	/* The routes' cache is flushed through /proc. */
	options.dry_run = (*data & 2) || memmem(data, size, "ach", 3);
	options.json = *data & 4;
	options.idempotent = *data & 8;
	fake_kernel.refused = *data >> 4;
	fake_kernel.refused_with = EEXIST;
	if (ftruncate(file, 0) < 0 || pwrite(file, data + 1, size - 1, 0) != (ssize_t)(size - 1))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	/* What --force tells of failures on the way. */
	stderr = nowhere;
	request_init(&request, &options, &out);
	r = batch_run(&request, path, &error);
	stderr = told;
	if (r < 0 && !error.errnum)
		output_fails("a failure without an error", (const char *)data + 1, size - 1);
	/* Unless a line asks for colours. */
	if (!memmem(data, size, "-c", 2))
		output_check_text(text_string(&out), out.length);
	return 0;
}

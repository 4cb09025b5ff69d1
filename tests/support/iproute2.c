/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/iproute2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

void ip(const char *line, int from, int to)
{
	FILE *batch = popen("ip -batch -", "w");

	assert_non_null(batch);
	for (int i = from; i < to; i++) {
		for (const char *at = line; *at; at++) {
			if (*at == '&')
				fprintf(batch, "%d", i);
			else
				fputc(*at, batch);
		}
		fputc('\n', batch);
	}
	assert_int_equal(pclose(batch), 0);
}

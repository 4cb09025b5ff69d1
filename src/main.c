/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picks the front end and prints the final error. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "-V")) {
		puts("ovl " PACKAGE_VERSION);
		return EXIT_DONE;
	}
	fputs("Usage: ovl -V\n", stderr);
	return EXIT_USAGE;
}

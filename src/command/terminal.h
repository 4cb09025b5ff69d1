/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who reads what is printed: how wide their terminal is, which language they want. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Columns of the terminal on stdout, else $COLUMNS, else 80. */
size_t terminal_width(void);

/*
 * Whether LC_ALL, LC_MESSAGES or LANG (the first that is set), or LANGUAGE in front
 * of them, ask for Chinese in UTF-8. The locale itself need not be installed.
 */
bool terminal_wants_chinese(void);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The format of topology files as a JSON schema (draft 07), for editors: `ovl manual schema`. */
#pragma once

struct text;

void schema_put(struct text *text);

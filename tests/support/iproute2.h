/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What iproute2 does, for programs of tests/netns/ that change the namespace they run in. */
#pragma once

/* A line of `ip -batch` for each number, which it has wherever there is a '&'; it must succeed. */
void ip(const char *line, int from, int to);

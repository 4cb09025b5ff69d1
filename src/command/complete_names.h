/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names completion offers: what the kernel has now. */
#pragma once

#include "command/complete.h"

/* Reads links and namespaces each time it is asked; what cannot be read is not there. */
struct complete_source complete_kernel(struct request *request);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture that is wanted as a topology file: read back, it is the same picture.
 * Vars, defaults, repetition and hosts are expanded; hosts and segments are
 * namespaces like others.
 */
#pragma once

struct attr_context;
struct error;
struct network;
struct text;

struct topology_text_options {
	const char *lab;
};

/*
 * Puts the file: of each object what it names, `null` where it asks for the
 * default, and nothing of what goes without saying (`up` of what the lab makes,
 * `lo` of its namespaces, whose table an fdb entry is in). Namespaces, links and
 * settings stand in the natural order of their names, entries as in the picture,
 * so that a small change of it is a small change of the file. The picture may have
 * gaps.
 *
 * A link of somebody else's that the picture does not name but has entries of gets
 * `manage: patch`, as does the end of a segment that is expected on a real host:
 * both are compared and changed in what is named, and never made.
 *
 * Fails (exit 1) and puts nothing when a file cannot say something of it; the
 * error names the object.
 */
int topology_text(const struct network *wanted, const struct attr_context *context,
		  const struct topology_text_options *options, struct text *text,
		  struct error *error);

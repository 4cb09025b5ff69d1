/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lab's file, the network as it is and how they differ: what diff, plan and apply begin with. */
#pragma once

#include "apply/lab_network.h"
#include "command/stored.h"
#include "model/lab.h"
#include "plan/compare.h"
#include "topology/topology.h"

struct request;
struct words;

struct lab {
	struct topology topology;
	struct stored last;
	struct topology former; /* what others had before the lab: plan/former.h */
	bool is_last;           /* the file is the last one itself, which is not read again */
	struct places places;
	struct network have;
	struct comparison comparison;
};

/* Accepts a zeroed one. */
void lab_clear(struct lab *lab);

/* A topology_report: prints the mistakes but the last, which is the command's own error. */
void lab_tell_mistake(void *cookie, const struct topology_mistake *mistake);

/* The lab's file that was applied last, as its topology. Exit 1: there is none. */
int lab_load_last(struct request *request, const char *name, struct lab *lab, struct error *error);

/*
 * Reads the FILE that comes next, and what the kernel has of what it has much of: lab_compare()
 * follows. Mistakes in it but the last are printed.
 */
int lab_load(struct request *request, struct words *words, struct lab *lab, struct error *error);

/* The same for a file that is not compared: no kernel is asked. */
int lab_load_alone(struct request *request, struct words *words, struct lab *lab,
		   struct error *error);

/*
 * The lab that FILE|LAB means: with '/' or '.' in it, or "-", a file, whose lab it
 * is; else its name.
 */
int lab_take_name(struct request *request, struct words *words, char lab[LAB_NAME_MOST + 1],
		  struct error *error);

/* The LAB that comes next, or the only one of which there are files. */
int lab_take_only(struct request *request, struct words *words, char lab[LAB_NAME_MOST + 1],
		  struct error *error);

/* What the options of the command line say. */
struct compare_options lab_options(const struct request *request);

/* Tells on stderr what would be given back, and somebody changed it since. */
void lab_note_left(const struct request *request, const struct comparison *comparison);

/* Tells on stderr when the picture has not all fdb entries. */
void lab_note_unsearched(const struct request *request, const struct network *have);

/* What the lab's last file asked for, or NULL: lab_find_last() reads it. */
void lab_find_last(struct request *request, struct lab *lab);
const struct network *lab_last(const struct lab *lab);

/* How places in the file call it: "-" is stdin. */
const char *lab_file_name(const char *path);

/*
 * Reads the namespaces that the topology is about, those it names and those that are the
 * lab's, and compares, with what the options of the command line say.
 */
int lab_compare(struct request *request, struct lab *lab, struct error *error);

/* The command ends with 0, 3 or 5. */
void lab_finish(struct request *request, const struct lab *lab);

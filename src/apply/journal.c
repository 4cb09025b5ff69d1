/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#define SUFFIX ".journal"

/* Numbers are the machine's: no other one reads them. */
struct file_head {
	char magic[8]; /* with the version of the format */
	char boot[40];
};

struct record_head {
	uint64_t length; /* of the bytes behind it */
	uint64_t sum;    /* of them */
	uint32_t kind;
	uint32_t unused;
	uint64_t chain; /* sum of the above and of the record in front */
};

#define MAGIC "ovljrnl2"

static uint64_t sum_of_head(uint64_t chain, const struct record_head *head)
{
	return hash_bytes(chain, head, offsetof(struct record_head, chain));
}

static struct file_head file_head_now(void)
{
	CLEANUP(fd_close) int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	struct file_head head = { .magic = { 0 } };

	memcpy(head.magic, MAGIC, sizeof(head.magic));
	/* Without /proc all boots are one. */
	if (fd < 0 || read(fd, head.boot, sizeof(head.boot) - 1) < 0)
		memset(head.boot, 0, sizeof(head.boot));
	return head;
}

/* How many bytes there were: less than asked for only at the end; or a negative errno. */
static ssize_t read_all(int fd, void *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t got = read(fd, (char *)bytes + done, length - done);

		if (got < 0 && errno != EINTR)
			return -errno;
		if (!got)
			break;
		done += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)done;
}

static int refuse_corrupt(const char *path, uint64_t at, struct error *error)
{
	error_set(error, 0, "'%s' was changed: what is at byte %llu is not what was written", path,
		  (unsigned long long)at);
	error->errnum = EBADMSG;
	return -EBADMSG;
}

static int journal_file(const char *lab, char name[STATE_NAME], struct error *error)
{
	char owner[LAB_NAME_MOST + 1], suffix[32];
	size_t length = strcspn(lab, ".");

	if (!lab[length])
		return state_lab_file(lab, SUFFIX, name, error);
	snprintf(owner, sizeof(owner), "%.*s", (int)length, lab);
	snprintf(suffix, sizeof(suffix), "%s" SUFFIX, lab + length);
	return state_lab_file(owner, suffix, name, error);
}

/*
 * Opens the journal of a lab and reads its head. 1: it is there, 0: there is none.
 * When its making was cut short, its length is 0.
 */
static int find(const char *lab, int flags, struct state_directory *directory,
		struct journal *journal, struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	const struct file_head now = file_head_now();
	struct error attempt = { 0 };
	struct file_head head;
	char name[STATE_NAME];
	ssize_t got;
	int r = journal_file(lab, name, error);

	if (!r)
		r = state_open(STATE_RUNTIME, NULL, false, directory, error);
	if (r < 0)
		return r;
	r = state_file(directory, name, flags, &fd, &attempt);
	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		*error = attempt;
		return r;
	}
	snprintf(journal->path, sizeof(journal->path), "%s/%s", directory->path, name);
	got = read_all(fd, &head, sizeof(head));
	if (got < 0)
		return error_set(error, (int)-got, "cannot read '%s'", journal->path);
	if ((size_t)got == sizeof(head)) {
		if (memcmp(head.magic, now.magic, sizeof(head.magic)) != 0)
			return error_set(error, 0, "'%s' is no journal of this version of ovl",
					 journal->path);
		if (*head.boot && *now.boot && memcmp(head.boot, now.boot, sizeof(head.boot)) != 0)
			return 0;
		journal->length = sizeof(head);
		journal->chain = hash_bytes(0, &head, sizeof(head));
	}
	journal->fd = take_fd(&fd);
	journal->open = true;
	return 1;
}

struct record {
	struct record_head head;
	unsigned char *bytes; /* of memory_resize(): aligned for any type */
	size_t room;
};

static void record_clear(struct record *record)
{
	free(record->bytes);
}

/*
 * Reads the next record. 1: it is whole; 0: there is none, or it was cut short. The
 * head has a sum of its own, so that a length that was changed is not taken for that.
 */
static int read_record(struct journal *journal, struct record *record, struct error *error)
{
	struct record_head *head = &record->head;
	uint64_t behind = journal->length + sizeof(*head);
	struct stat stat;
	ssize_t got = read_all(journal->fd, head, sizeof(*head));

	if (got >= 0 && (size_t)got < sizeof(*head))
		return 0;
	if (got >= 0 && head->chain != sum_of_head(journal->chain, head))
		return refuse_corrupt(journal->path, journal->length, error);
	if (got >= 0 && fstat(journal->fd, &stat) < 0)
		got = -errno;
	if (got >= 0) {
		if ((uint64_t)stat.st_size < behind ||
		    (uint64_t)stat.st_size - behind < head->length)
			return 0;
		if (record->room <= head->length) {
			record->room = head->length + 1;
			record->bytes = memory_resize(record->bytes, record->room, 1);
		}
		got = read_all(journal->fd, record->bytes, head->length);
	}
	if (got < 0)
		return error_set(error, (int)-got, "cannot read '%s'", journal->path);
	if ((size_t)got < head->length)
		return 0;
	if (head->sum != hash_bytes(0, record->bytes, head->length))
		return refuse_corrupt(journal->path, journal->length, error);
	journal->length = behind + head->length;
	journal->chain = head->chain;
	return 1;
}

/* Reads on to the last whole record. */
static int scan(struct journal *journal, journal_function *function, void *cookie,
		struct error *error)
{
	CLEANUP(record_clear) struct record record = { .bytes = NULL };
	int r;

	while ((r = read_record(journal, &record, error)) > 0) {
		r = function ? function(cookie, record.head.kind, record.bytes, record.head.length,
					error)
			     : 0;
		if (r)
			return r;
	}
	return r;
}

static void put_record(struct text *text, uint64_t *chain, uint32_t kind, const void *bytes,
		       size_t length)
{
	struct record_head head = { .length = length, .kind = kind };

	head.sum = hash_bytes(0, bytes, length);
	head.chain = sum_of_head(*chain, &head);
	*chain = head.chain;
	text_put(text, (const char *)&head, sizeof(head));
	text_put(text, bytes, length);
}

/* Adds bytes that are on the disk then, or were never there. */
static int add(struct journal *journal, const struct text *text, struct error *error)
{
	int r = state_write(journal->fd, text->bytes, text->length);

	if (!r)
		r = state_sync(journal->fd);
	if (!r) {
		journal->length += text->length;
		return 0;
	}
	journal->torn = ftruncate(journal->fd, (off_t)journal->length) < 0;
	return error_set(error, -r, "cannot write '%s'", journal->path);
}

static int start(struct journal *journal, const struct state_directory *directory,
		 const void *header, size_t length, struct error *error)
{
	CLEANUP(text_clear) struct text text = { 0 };
	const struct file_head head = file_head_now();
	uint64_t chain = hash_bytes(0, &head, sizeof(head));
	int r;

	text_put(&text, (const char *)&head, sizeof(head));
	put_record(&text, &chain, JOURNAL_HEADER, header, length);
	r = add(journal, &text, error);
	if (r < 0)
		return r;
	journal->chain = chain;
	r = state_sync(directory->fd);
	return r < 0 ? error_set(error, -r, "cannot write '%s'", directory->path) : 0;
}

int journal_create(struct journal *journal, const char *lab, const void *header, size_t length,
		   struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	char name[STATE_NAME];
	int r = journal_exists(lab, error);

	*journal = (struct journal){ .fd = -1 };
	if (r > 0) {
		error_set(error, 0, "lab '%s': an earlier change of it was not finished", lab);
		error->errnum = EEXIST;
		return -EEXIST;
	}
	if (!r)
		r = journal_file(lab, name, error);
	if (!r)
		r = state_open(STATE_RUNTIME, NULL, true, &directory, error);
	if (r < 0)
		return r;
	/* Of another boot, if at all. */
	unlinkat(directory.fd, name, 0);
	snprintf(journal->path, sizeof(journal->path), "%s/%s", directory.path, name);
	r = state_file(&directory, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, &journal->fd,
		       error);
	if (r < 0)
		return r;
	journal->open = true;
	r = start(journal, &directory, header, length, error);
	if (r < 0) {
		unlinkat(directory.fd, name, 0);
		journal_close(journal);
	}
	return r;
}

int journal_open(struct journal *journal, const char *lab, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	int r;

	*journal = (struct journal){ .fd = -1 };
	r = find(lab, O_RDWR | O_APPEND, &directory, journal, error);
	if (r < 0)
		return r;
	if (r && journal->length)
		r = scan(journal, NULL, NULL, error);
	else
		r = 0;
	if (!r && journal->length <= sizeof(struct file_head))
		r = error_set(error, ENOENT, "lab '%s': nothing was begun", lab);
	if (!r && ftruncate(journal->fd, (off_t)journal->length) < 0)
		r = error_set(error, errno, "cannot write '%s'", journal->path);
	if (r < 0)
		journal_close(journal);
	return r;
}

int journal_append(struct journal *journal, uint32_t kind, const void *bytes, size_t length,
		   struct error *error)
{
	CLEANUP(text_clear) struct text text = { 0 };
	uint64_t chain = journal->chain;
	int r;

	if (journal->torn)
		return error_set(error, EIO, "cannot write '%s'", journal->path);
	put_record(&text, &chain, kind, bytes, length);
	r = add(journal, &text, error);
	if (!r)
		journal->chain = chain;
	return r;
}

void journal_close(struct journal *journal)
{
	if (journal->open)
		fd_close(&journal->fd);
	*journal = (struct journal){ 0 };
}

int journal_read(const char *lab, journal_function *function, void *cookie, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(journal_close) struct journal journal = { .open = false };
	int r = find(lab, O_RDONLY, &directory, &journal, error);

	if (r > 0)
		r = journal.length ? scan(&journal, function, cookie, error) : 0;
	return r;
}

int journal_exists(const char *lab, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(journal_close) struct journal journal = { .open = false };

	return find(lab, O_RDONLY, &directory, &journal, error);
}

int journal_remove(const char *lab, struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	char name[STATE_NAME];
	int r = journal_file(lab, name, error);

	if (!r)
		r = state_open(STATE_RUNTIME, NULL, false, &directory, error);
	if (r < 0 || directory.fd < 0)
		return r;
	if (unlinkat(directory.fd, name, 0) < 0 && errno != ENOENT)
		return error_set(error, errno, "cannot remove '%s/%s'", directory.path, name);
	return 0;
}

int journal_list(struct state_labs *labs, struct error *error)
{
	size_t kept = 0;
	int r = state_labs_read(STATE_RUNTIME, SUFFIX, labs, error);

	for (size_t i = 0; i < labs->count; i++) {
		struct error ignored = { 0 };

		if (journal_exists(labs->names[i], &ignored))
			memmove(labs->names[kept++], labs->names[i], sizeof(*labs->names));
	}
	labs->count = kept;
	return r;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target once on each file of the folders it is given: a fuzzer without libFuzzer. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_file(const char *folder, const char *name)
{
	char *path = NULL;
	FILE *file;
	uint8_t *data = NULL;
	size_t size = 0, room = 0, got;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	file = fopen(path, "re");
	if (!file) {
		perror(path);
		exit(1);
	}
	do {
		room += 1 << 16;
		data = realloc(data, room);
		if (!data)
			abort();
		got = fread(data + size, 1, room - size, file);
		size += got;
	} while (got);
	fclose(file);
	/* Exactly as long as the input: the sanitizer sees a read past it. */
	data = realloc(data, size ? size : 1);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	free(path);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		DIR *folder;

		if (argv[i][0] == '-') /* an option of libFuzzer's */
			continue;
		folder = opendir(argv[i]);
		if (!folder) {
			perror(argv[i]);
			return 1;
		}
		for (struct dirent *entry; (entry = readdir(folder));)
			if (entry->d_type != DT_DIR)
				run_file(argv[i], entry->d_name);
		closedir(folder);
	}
	return 0;
}

#include "shell/pipes.h"
#include <unistd.h>
int pipes_run(struct pipes *pipes, int fd, int out_fd, bool page, struct error *error)
{
	char b[4096];
	ssize_t n;
	(void)pipes;
	(void)page;
	(void)error;
	while ((n = read(fd, b, sizeof(b))) > 0)
		if (write(out_fd, b, (size_t)n) < 0)
			break;
	close(fd);
	return 0;
}

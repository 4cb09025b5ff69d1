#include "shell/interactive.h"
#include "base/error.h"
int interactive_run(struct shell *shell, struct error *error)
{
	(void)shell;
	return error_set(error, 0, "not yet");
}

/*
 * What the out-of-memory reaper does, by process_mrelease(), which takes the memory of a process that is dying. The
 * process is traced, so that it stops where its exit begins, with all of its memory. Forgetting it lets it go on.
 */
#include "agent.h"
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void kill_and_hold(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT) || kill(pid, SIGKILL) || waitpid(pid, &status, 0) != pid)
		die("a process cannot be killed");
	if (!WIFSTOPPED(status) || status >> 16 != PTRACE_EVENT_EXIT)
		die("a killed process does not stop where its exit begins");
}

long oom_reap(const unsigned long *args)
{
	struct process *process = &processes[args[0]];

	kill_and_hold(process->pid);
	process->reaped = true;
	int file = (int)syscall(SYS_pidfd_open, process->pid, 0);
	long result = syscall(SYS_process_mrelease, file, 0) ? -errno : 0;
	close(file);
	return result;
}

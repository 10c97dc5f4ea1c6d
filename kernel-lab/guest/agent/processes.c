/* Starts `app`, follows its children, and passes commands to them. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct process processes[MAX_PROCESSES];
static _Thread_local sigjmp_buf interrupted;
static char companion_stack[16 * PAGE] __attribute__((aligned(PAGE)));

static long futex(struct slot *slot, int operation, uint32_t value, const struct timespec *timeout)
{
	return syscall(SYS_futex, &slot->turn, operation, value, timeout, NULL, 0);
}

static void pass_turn(struct slot *slot, enum turn turn)
{
	atomic_store(&slot->turn, turn);
	futex(slot, FUTEX_WAKE, 1, NULL);
}

static void on_signal(int signal)
{
	siglongjmp(interrupted, signal);
}

long run_here(const struct step *step)
{
	int signal = sigsetjmp(interrupted, 0);

	return signal ? SIGNALLED + signal : operations[step->operation].run(step->args);
}

/* What a process does for all its life. It touches no memory but its stack and what the steps name. */
void serve(unsigned process)
{
	struct slot *slot = &shared->slots[process];

	/* That it is ready, and will not change its memory before its first step. */
	pass_turn(slot, ANSWERED);
	for (;;) {
		for (uint32_t turn; (turn = atomic_load(&slot->turn)) != ASKED;)
			futex(slot, FUTEX_WAIT, turn, NULL);
		/* A copy, because the child of a fork may read it when this process has its next step already. */
		struct step step = slot->step;
		slot->result = run_here(&step);
		drain_batches();
		pass_turn(slot, ANSWERED);
	}
}

static bool wait_for_answer(struct slot *slot)
{
	struct timespec most = { .tv_sec = STUCK_SECONDS };

	for (;;) {
		uint32_t turn = atomic_load(&slot->turn);

		if (turn == ANSWERED)
			return true;
		if (futex(slot, FUTEX_WAIT, turn, &most) && errno == ETIMEDOUT)
			return atomic_load(&slot->turn) == ANSWERED;
	}
}

void ask_later(unsigned slot, const struct step *step)
{
	shared->slots[slot].step = *step;
	pass_turn(&shared->slots[slot], ASKED);
}

long answered(unsigned number)
{
	struct slot *slot = &shared->slots[number];

	if (!wait_for_answer(slot))
		return STUCK;
	atomic_store(&slot->turn, IDLE);
	return slot->result;
}

long ask(unsigned process, const struct step *step)
{
	ask_later(process, step);
	if (operations[step->operation].run == exit_process) {
		forget(process, false);
		return 0;
	}
	return answered(process);
}

bool is_running(unsigned process)
{
	return processes[process].pid != 0;
}

/* Its memory is gone when it can be waited for: exit_mm() comes before exit_notify(). */
void forget(unsigned process, bool kill_it)
{
	struct process *found = &processes[process];

	if (!found->pid)
		return;
	if (found->reaped)
		ptrace(PTRACE_DETACH, found->pid, NULL, NULL);
	else if (kill_it)
		kill(found->pid, SIGKILL);
	waitpid(found->pid, NULL, 0);
	close(found->pagemap);
	close(found->status);
	*found = (struct process){ 0 };
	atomic_store(&shared->slots[process].turn, IDLE);
}

/* The last app may have ended, but its files are in the table of process 1 too. */
static void close_files_of_app(void)
{
	stop_handler();
	for (unsigned i = 0; i < MAX_DEVICES; i++)
		if (shared->devices[i])
			close(shared->devices[i]);
	if (shared->userfaultfd)
		close(shared->userfaultfd);
	if (shared->async_userfaultfd)
		close(shared->async_userfaultfd);
}

static void *be_companion(void *unused)
{
	(void)unused;
	serve(COMPANION);
}

/* Its stack belongs to the memory of `app` before the first program. */
static void start_companion(void)
{
	pthread_attr_t own_stack;
	pthread_t companion;

	pthread_attr_init(&own_stack);
	if (pthread_attr_setstack(&own_stack, companion_stack, sizeof(companion_stack)) ||
	    pthread_create(&companion, &own_stack, be_companion, NULL))
		die("pthread_create");
}

static void become_app(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_NODEFER };
	volatile char stack[16 * PAGE];

	for (unsigned i = 0; i < sizeof(stack); i += PAGE)
		stack[i] = 0;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	open_devices();
	open_userfaultfd();
	prepare_draining();
	if (shared->has_companion)
		start_companion();
	/* From here on its own memory is all there, and no step changes how much it is. */
	if (mlockall(MCL_CURRENT) || munlockall())
		die("mlockall");
	serve(APP);
}

void expect(unsigned process)
{
	atomic_store(&shared->slots[process].turn, ASKED);
}

void follow(unsigned process, pid_t pid)
{
	static const char *const names[] = { "pagemap", "status" };
	struct slot *slot = &shared->slots[process];
	int files[2];
	char path[64];

	if (!wait_for_answer(slot))
		die("a process does not begin");
	atomic_store(&slot->turn, IDLE);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, names[i]);
		files[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (files[i] < 0)
			die(path);
	}
	processes[process] = (struct process){ .pid = pid, .pagemap = files[0], .status = files[1] };
}

void start_app(void)
{
	close_files_of_app();
	expect(APP);
	expect(COMPANION);
	long pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		become_app();
	if (pid < 0)
		die("start app");
	follow(APP, (pid_t)pid);
	if (shared->has_companion && answered(COMPANION) == STUCK)
		die("the second thread of app does not begin");
	start_handler();
}

/* Process 1: reads one line for each program, runs the program, and answers. kernel-lab/guest/protocol.ts has the form. */
#include "agent.h"
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

struct shared *shared;

void stay_on_cpu(unsigned cpu)
{
	cpu_set_t only;

	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	if (sched_setaffinity(0, sizeof(only), &only))
		die("sched_setaffinity");
}

unsigned number(char **words, unsigned most)
{
	char *word = strsep(words, " ");
	unsigned long value = word ? strtoul(word, NULL, 10) : most + 1ul;

	if (value > most) {
		errno = EINVAL;
		die("a number in a program");
	}
	return (unsigned)value;
}

/* PAGES, then letters: w writable, f of a file, t of a file on tmpfs, u registered with userfaultfd, a for
 * asynchronous protection, h a hole, p as large as what a PMD maps, and m what a write fault maps by a PMD. */
static void read_area(char *word)
{
	char *letters;
	struct area area = { .first = shared->address_count, .pages = (unsigned)strtoul(word, &letters, 10) };

	area.writable = strchr(letters, 'w');
	area.tmpfs = strchr(letters, 't');
	area.file = area.tmpfs || strchr(letters, 'f');
	area.async = strchr(letters, 'a');
	area.userfaultfd = area.async || strchr(letters, 'u');
	area.hole = strchr(letters, 'h');
	area.huge = strchr(letters, 'm');
	area.mapped = strchr(letters, 'p') ? PAGES_OF_PMD : area.pages;
	shared->address_count += area.pages;
	if (shared->area_count == MAX_AREAS || area.pages == 0 || shared->address_count > MAX_ADDRESSES)
		die("too many areas or pages");
	shared->areas[shared->area_count++] = area;
}

static void read_areas(char *list)
{
	shared->area_count = shared->address_count = 0;
	for (char *word; (word = strsep(&list, ","));)
		read_area(word);
}

/* AREAS PROCESSES DEVICES */
void read_system(char **words)
{
	read_areas(strsep(words, " "));
	shared->process_count = number(words, MAX_PROCESSES);
	shared->device_count = number(words, MAX_DEVICES);
}

/* NAME.NUMBER.NUMBER... */
struct step read_step(char *word)
{
	char *name = strsep(&word, "."), *digits;
	struct step step = { .operation = find_operation(name) };

	if (!step.operation)
		die(name);
	for (unsigned i = 0; i < 4 && (digits = strsep(&word, ".")); i++)
		step.args[i] = strtoul(digits, NULL, 10);
	return step;
}

void begin_program(void)
{
	if (!is_running(APP))
		start_app();
	/* So that a WARN_ON_ONCE() speaks in every program. */
	write_if_there("/sys/kernel/debug/clear_warn_once", "1");
	for (unsigned i = 0; i < shared->area_count; i++)
		if (shared->areas[i].file && empty_file(i))
			die("the file of an area");
	if (ask(APP, &(struct step){ BEGIN, { 0 } }))
		die("the areas cannot be mapped");
	register_areas();
	begin_observing();
}

void end_program(bool stuck)
{
	for (unsigned process = APP + 1; process < MAX_PROCESSES; process++)
		forget(process, true);
	if (is_running(APP) && (stuck || processes[APP].reaped || ask(APP, &(struct step){ END, { 0 } })))
		forget(APP, true);
	if (!is_running(APP))
		unpin_all();
	put_all();
	repair_memory();
}

/* Some system calls let errors through that only the kernel has a name for. */
static void answer_errno(int number)
{
	const char *name = strerrorname_np(number);

	if (name)
		answer("%s", name);
	else
		answer("E%d", number);
}

void answer_ending(long result)
{
	if (result == 0)
		answer("done");
	else if (result < 0)
		answer_errno((int)-result);
	else if (result == STUCK)
		answer("stuck");
	else
		answer("SIG%s", sigabbrev_np((int)(result - SIGNALLED)));
}

/* ID AREAS PROCESSES DEVICES STEP... */
static void run_program(char *line)
{
	char *id = strsep(&line, " "), *word;
	long result = 0;

	read_system(&line);
	begin_program();
	while (result != STUCK && (word = strsep(&line, " "))) {
		struct step step = read_step(word);

		result = run_step(&step);
		answer_complaints();
		answer_ending(result);
		if (result != STUCK)
			observe();
		answer("\n");
	}
	end_program(result == STUCK);
	/* Complaints at the end of processes and mappings belong to the program too. */
	answer_complaints();
	answer("end %s\n", id);
	ring_bell();
}

int main(void)
{
	struct utsname system;
	const char *swap;

	stay_on_cpu(0);
	prepare_kernel();
	swap = prepare_swap();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	open_lines();
	open_files();
	open_rings();
	open_pin_test();
	open_pipes();
	prepare_draining();
	start_app();
	open_observers();
	open_kernel_log();
	uname(&system);
	answer_ready(swap, system.release);
	ring_bell();
	for (;;) {
		char *line = read_line();

		if (strncmp(line, "together ", strlen("together ")) == 0)
			run_together(line + strlen("together "));
		else
			run_program(line);
	}
}

// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Drives threads through a schedule, and shows what the kernel makes of it. schedule.c says which threads there are,
 * what they do, and where the module hold.c is to stop them.
 *
 * Runs as root, or as the only program of a machine. Nothing is expected of the machine afterwards: boot it again.
 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

FILE *out;
static int to_observer[2], from_observer[2];

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(out, format, arguments);
	va_end(arguments);
	fputc('\n', out);
	fflush(out);
}

void fail(const char *what)
{
	say("failed %s: %s", what, strerror(errno));
	_exit(1);
}

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

bool put_text(const char *path, const char *text)
{
	int to = open(path, O_WRONLY);
	bool done = to >= 0 && write(to, text, strlen(text)) == (ssize_t)strlen(text);

	if (to >= 0)
		close(to);
	return done;
}

long get_number(const char *path)
{
	FILE *from = fopen(path, "r");
	long value = -1;

	if (from && fscanf(from, "%ld", &value) != 1)
		value = -1;
	if (from)
		fclose(from);
	return value;
}

/* All actors share a processor: a page that one of them frees is the next that another one gets. */
void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Asks the parent, whose memory no held thread has locked, to take pages from the allocator, which checks them. */
void press(void)
{
	char byte = 'p';

	if (write(to_observer[1], &byte, 1) != 1 || read(from_observer[0], &byte, 1) != 1)
		fail("observer");
	say("pressed");
}

static void take_pages(void)
{
	const long size = 48l << 20;

	for (int cpu = 0; cpu < 2; cpu++) {
		run_on(cpu);
		char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		if (memory == MAP_FAILED)
			fail("mmap");
		munmap(memory, size);
	}
}

static void insert_module(const char *path)
{
	int from = open(path, O_RDONLY);

	if (from >= 0 && syscall(SYS_finit_module, from, "", 0) && errno != EEXIST)
		fail(path);
	if (from >= 0)
		close(from);
}

/* For the only program of a machine, which says what it sees on the second serial line. */
static void set_up_machine(void)
{
	struct termios raw;
	int line;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mkdir("/tmp", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("tmpfs", "/tmp", "tmpfs", 0, NULL);
	line = open("/dev/ttyS1", O_RDWR | O_NOCTTY);
	if (line >= 0 && tcgetattr(line, &raw) == 0) {
		cfmakeraw(&raw);
		tcsetattr(line, TCSANOW, &raw);
		out = fdopen(line, "w");
	}
	insert_module("/test_hmm.ko");
	insert_module("/hold.ko");
}

int main(void)
{
	char byte;
	pid_t child;
	bool is_init = getpid() == 1;

	out = stdout;
	if (is_init)
		set_up_machine();
	map_areas();
	if (uses(UPROBE_REPLACE))
		put_breakpoint();
	if (pipe(to_observer) || pipe(from_observer))
		fail("pipe");
	child = fork();
	if (child == 0) {
		close(to_observer[0]);
		run_schedule();
		_exit(0);
	}
	close(to_observer[1]);
	while (read(to_observer[0], &byte, 1) == 1) {
		take_pages();
		if (write(from_observer[1], &byte, 1) != 1)
			fail("observer");
	}
	waitpid(child, NULL, 0);
	take_pages();
	say("end");
	if (is_init) {
		tcdrain(fileno(out));
		sleep(1);
		reboot(RB_AUTOBOOT);
	}
	return 0;
}

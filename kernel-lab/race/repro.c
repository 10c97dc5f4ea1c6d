// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Drives threads through a schedule, and shows what the kernel makes of it. schedule.h says which threads there are,
 * what they do, and where the module hold.c is to stop them.
 *
 * Runs as root, or as the only program of a machine. Nothing is expected of the machine afterwards: boot it again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096l

enum backing { ANONYMOUS, PRIVATE_FILE };
enum action {
	LOAD, STORE, ATOMIC_ADD, MUNMAP, MADVISE_DONTNEED, MADVISE_FREE, MLOCK, MUNLOCK, MPROTECT_READ, MPROTECT_WRITE,
	CLEAR_REFS, TRUNCATE, KSM_MERGE, UFFD_WP, UFFD_RESOLVE, UPROBE_REPLACE, ATOMIC, DEVICE_LOAD, DEVICE_STORE,
};

struct area { const char *name; int pages; enum backing backing; bool writable; };
struct operation { int actor; enum action action; int area, first, count; };
/* A command of the module hold.c; `rest` is what follows the thread's name. `words` is for people. */
struct stop { const char *command, *thread, *rest, *words; };
/* The actor goes on until `stop`, or until it has ended `operations` operations if there is no stop. */
struct piece { int actor, operations, stop; };

#include "schedule.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))
#define ACTORS COUNT(actor_names)
/* Longer than any operation takes under software emulation, and shorter than the module's own limit. */
#define PATIENCE 12.0

static FILE *out;
static char *mapped[COUNT(areas)];
static int file[COUNT(areas)], device = -1, uffd = -1, hold = -1;
/* By page: what was stored last; whether it was stored to since soft-dirty was cleared; whether writes are reported. */
static unsigned char *written[COUNT(areas)], *stored[COUNT(areas)], *armed[COUNT(areas)];
static unsigned char device_buffer[PAGE] __attribute__((aligned(4096)));
static int to_observer[2], from_observer[2];

static volatile int allowed[ACTORS], ended[ACTORS], thread_id[ACTORS], held_by[ACTORS];
static volatile bool before_schedule = true;

static void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(out, format, arguments);
	va_end(arguments);
	fputc('\n', out);
	fflush(out);
}

static void fail(const char *what)
{
	say("failed %s: %s", what, strerror(errno));
	_exit(1);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

static bool put_text(const char *path, const char *text)
{
	int to = open(path, O_WRONLY);
	bool done = to >= 0 && write(to, text, strlen(text)) == (ssize_t)strlen(text);

	if (to >= 0)
		close(to);
	return done;
}

static long get_number(const char *path)
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
static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static bool uses(enum action action)
{
	for (int i = 0; i < COUNT(setup); i++)
		if (setup[i].action == action)
			return true;
	for (int i = 0; i < COUNT(operations); i++)
		if (operations[i].action == action)
			return true;
	return false;
}

/* --- Operations --- */

static __thread sigjmp_buf before_access;

static void on_signal(int number)
{
	siglongjmp(before_access, number);
}

static char *address(const struct operation *op, int page)
{
	return mapped[op->area] + (op->first + page) * PAGE;
}

/* Not at the beginning of the page, where the instruction of a uprobe is. */
#define DATA 64

/* What a store writes. Pages that KSM is to merge have the same content at the start of the schedule. */
static int next_value(const struct operation *op, int page)
{
	return before_schedule ? 1 : written[op->area][op->first + page] + 1;
}

static int access_page(const struct operation *op, int page, int value)
{
	volatile unsigned char *byte = (unsigned char *)address(op, page) + DATA;
	int number = sigsetjmp(before_access, 1);

	if (number)
		return -number;
	if (op->action == LOAD)
		return *byte;
	if (op->action == ATOMIC_ADD)
		__atomic_add_fetch(byte, 1, __ATOMIC_SEQ_CST);
	else
		*byte = value;
	return 0;
}

static int access_pages(const struct operation *op)
{
	int result = 0;

	for (int page = 0; page < op->count && result >= 0; page++) {
		int value = next_value(op, page);

		result = access_page(op, page, value);
		if (op->action == STORE && result >= 0) {
			written[op->area][op->first + page] = value;
			stored[op->area][op->first + page] = 1;
		}
	}
	return result;
}

/* The ioctls of lib/test_hmm.c. */
struct hmm_command { uint64_t address, buffer, pages, copied, faults; };
#define HMM_READ _IOWR('H', 0x00, struct hmm_command)
#define HMM_WRITE _IOWR('H', 0x01, struct hmm_command)
#define HMM_EXCLUSIVE _IOWR('H', 0x05, struct hmm_command)

static int use_device(const struct operation *op)
{
	struct hmm_command command = { .buffer = (uintptr_t)device_buffer, .pages = 1 };
	unsigned long request = op->action == ATOMIC ? HMM_EXCLUSIVE : op->action == DEVICE_LOAD ? HMM_READ : HMM_WRITE;
	int error = 0;

	for (int page = 0; page < op->count && error == 0; page++) {
		command.address = (uintptr_t)address(op, page);
		error = ioctl(device, request, &command) ? -errno : 0;
	}
	return error;
}

static int write_protect(const struct operation *op)
{
	struct uffdio_writeprotect range = {
		.range = { (uintptr_t)address(op, 0), op->count * PAGE },
		.mode = op->action == UFFD_WP ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	if (ioctl(uffd, UFFDIO_WRITEPROTECT, &range))
		return -errno;
	memset(armed[op->area] + op->first, op->action == UFFD_WP, op->count);
	return 0;
}

static int clear_refs(void)
{
	for (int area = 0; area < COUNT(areas); area++)
		memset(stored[area], 0, areas[area].pages);
	return put_text("/proc/self/clear_refs", "4") ? 0 : -errno;
}

/* ksmd compares a page after its content has stayed the same for a scan. */
static int ksm_merge(void)
{
	const char *scans = "/sys/kernel/mm/ksm/full_scans";
	long end = get_number(scans) + 5;
	double start = seconds();

	put_text("/sys/kernel/mm/ksm/sleep_millisecs", "1");
	put_text("/sys/kernel/mm/ksm/pages_to_scan", "1000");
	if (!put_text("/sys/kernel/mm/ksm/run", "1"))
		return -errno;
	while (get_number(scans) < end && seconds() - start < PATIENCE / 2)
		usleep(1000);
	put_text("/sys/kernel/mm/ksm/run", "0");
	return get_number(scans) < end ? -ETIMEDOUT : 0;
}

static int perform(const struct operation *op)
{
	char *start = address(op, 0);
	long size = op->count * PAGE;
	int result = 0;

	switch (op->action) {
	case LOAD: case STORE: case ATOMIC_ADD:
		return access_pages(op);
	case ATOMIC: case DEVICE_LOAD: case DEVICE_STORE:
		return use_device(op);
	case UFFD_WP: case UFFD_RESOLVE:
		return write_protect(op);
	case KSM_MERGE:
		return ksm_merge();
	case UPROBE_REPLACE:
		/* This process is not the one that is probed, so the handler takes the breakpoint out of it. */
		((void (*)(void))start)();
		return 0;
	case CLEAR_REFS:
		return clear_refs();
	case MUNMAP: result = munmap(start, size); break;
	case MADVISE_DONTNEED: result = madvise(start, size, MADV_DONTNEED); break;
	case MADVISE_FREE: result = madvise(start, size, MADV_FREE); break;
	case MLOCK: result = mlock(start, size); break;
	case MUNLOCK: result = munlock(start, size); break;
	case MPROTECT_READ: result = mprotect(start, size, PROT_READ); break;
	case MPROTECT_WRITE: result = mprotect(start, size, PROT_READ | PROT_WRITE); break;
	case TRUNCATE: result = ftruncate(file[op->area], 0); break;
	}
	return result ? -errno : 0;
}

static void *run_actor(void *argument)
{
	int actor = (int)(intptr_t)argument, done = 0;
	char name[16];

	snprintf(name, sizeof(name), "%s", actor_names[actor]);
	prctl(PR_SET_NAME, name);
	run_on(1);
	thread_id[actor] = syscall(SYS_gettid);
	for (int pass = 0; pass < 2; pass++) {
		const struct operation *list = pass == 0 ? setup : operations;

		for (int i = 0; i < (pass == 0 ? COUNT(setup) : COUNT(operations)); i++) {
			if (list[i].actor != actor)
				continue;
			while (allowed[actor] <= done)
				usleep(500);
			int result = perform(&list[i]);
			say("ended %s %d %d", actor_names[actor], done, result);
			ended[actor] = ++done;
		}
	}
	return NULL;
}

/* --- The schedule --- */

static const char *state_of(int stop, char *text, size_t size)
{
	ssize_t length = pread(hold, text, size - 1, 0);
	char key[16], *line;

	text[length > 0 ? length : 0] = '\0';
	snprintf(key, sizeof(key), "%d ", stop);
	for (line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			return line + strlen(key);
	return "";
}

static bool is_in_state(int stop, const char *state)
{
	char text[1024];

	return strncmp(state_of(stop, text, sizeof(text)), state, strlen(state)) == 0;
}

static void tell_module(const char *format, ...)
{
	char command[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	if (write(hold, command, strlen(command)) < 0) {
		say("failed command \"%s\": %s", command, strerror(errno));
		_exit(1);
	}
}

static void show_file(const char *what, int actor, const char *name)
{
	char path[64], line[256];
	FILE *from;

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", thread_id[actor], name);
	from = fopen(path, "r");
	while (from && fgets(line, sizeof(line), from)) {
		line[strcspn(line, "\n")] = '\0';
		say("%s %s %s", what, actor_names[actor], line);
	}
	if (from)
		fclose(from);
}

/*
 * Whether the actor has come to its stop, or has ended its operations if it has none. The last stop is only there to look
 * at what has happened before: the actor may also miss it.
 */
static bool drive(int index, const struct piece *piece)
{
	int actor = piece->actor;
	double start = seconds();

	if (piece->stop >= 0)
		tell_module("%s %d %s %s", stops[piece->stop].command, piece->stop, stops[piece->stop].thread,
			    stops[piece->stop].rest);
	if (held_by[actor] >= 0)
		tell_module("release %d", held_by[actor]);
	held_by[actor] = -1;
	allowed[actor] = piece->operations;
	for (;;) {
		if (piece->stop >= 0 && is_in_state(piece->stop, "held")) {
			held_by[actor] = piece->stop;
			say("held %d %s %s", index, actor_names[actor], stops[piece->stop].words);
			return true;
		}
		if (ended[actor] >= piece->operations) {
			bool may_end = piece->stop < 0 || index == COUNT(pieces) - 1;

			say("%s %d %s", may_end ? "done" : "missed", index, actor_names[actor]);
			return may_end;
		}
		if (seconds() - start > PATIENCE) {
			say("stuck %d %s", index, actor_names[actor]);
			show_file("waits", actor, "stack");
			return false;
		}
		usleep(500);
	}
}

/* Asks the parent, whose memory no held thread has locked, to take pages from the allocator, which checks them. */
static void press(void)
{
	char byte = 'p';

	if (write(to_observer[1], &byte, 1) != 1 || read(from_observer[0], &byte, 1) != 1)
		fail("observer");
	say("pressed");
}

static void let_all_end(void)
{
	double start = seconds();

	for (int stop = 0; stop < COUNT(stops); stop++)
		tell_module("release %d", stop);
	for (int actor = 0; actor < ACTORS; actor++) {
		while (ended[actor] < allowed[actor] && seconds() - start < PATIENCE)
			usleep(500);
		if (ended[actor] < allowed[actor]) {
			say("stuck %d %s", COUNT(pieces), actor_names[actor]);
			show_file("waits", actor, "stack");
		}
	}
}

static uint64_t word_of(const char *path, uint64_t index)
{
	int from = open(path, O_RDONLY);
	uint64_t word = 0;

	if (from >= 0 && pread(from, &word, sizeof(word), index * sizeof(word)) != sizeof(word))
		word = 0;
	if (from >= 0)
		close(from);
	return word;
}

static void observe(void)
{
	for (int area = 0; area < COUNT(areas); area++)
		for (int page = 0; page < areas[area].pages; page++) {
			uint64_t entry = word_of("/proc/self/pagemap", (uintptr_t)mapped[area] / PAGE + page);
			uint64_t number = entry & ((1ull << 55) - 1);
			bool present = entry >> 63 & 1;

			say("entry %s[%d] present=%d swap=%d stored=%d soft-dirty=%d armed=%d uffd-wp=%d page=%llx mapcount=%lld flags=%llx",
			    areas[area].name, page, present, (int)(entry >> 62 & 1), stored[area][page],
			    (int)(entry >> 55 & 1), armed[area][page], (int)(entry >> 57 & 1), present ? (unsigned long long)number : 0,
			    present ? (long long)word_of("/proc/kpagecount", number) : 0,
			    present ? (unsigned long long)word_of("/proc/kpageflags", number) : 0);
		}
}

/* Reads the pages, which can be the last thing that this process does. */
static void compare_data(void)
{
	for (int area = 0; area < COUNT(areas); area++)
		for (int page = 0; page < areas[area].pages; page++) {
			struct operation load = { 0, LOAD, area, page, 1 };
			int value = access_page(&load, 0, 0);

			if (written[area][page])
				say("data %s[%d] written=%d read=%d", areas[area].name, page, written[area][page], value);
		}
}

/* --- Preparation --- */

static void map_areas(void)
{
	for (int area = 0; area < COUNT(areas); area++) {
		long size = areas[area].pages * PAGE;
		bool probed = uses(UPROBE_REPLACE);

		written[area] = calloc(areas[area].pages, 1);
		stored[area] = calloc(areas[area].pages, 1);
		armed[area] = calloc(areas[area].pages, 1);
		file[area] = -1;
		if (areas[area].backing == PRIVATE_FILE) {
			char path[64];

			/* A function that does nothing, at the beginning of each page. */
			snprintf(path, sizeof(path), "/tmp/area-%d", area);
			file[area] = open(path, O_CREAT | O_TRUNC | O_RDWR, 0700);
			for (int page = 0; page < areas[area].pages; page++)
				if (pwrite(file[area], "\x90\xc3", 2, page * PAGE) != 2)
					fail("write to the file");
			if (ftruncate(file[area], size))
				fail("ftruncate");
		}
		/* A breakpoint is put only into memory that cannot be written to. */
		mapped[area] = mmap(NULL, size, probed ? PROT_READ | PROT_EXEC : PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | (file[area] < 0 ? MAP_ANONYMOUS : 0), file[area], 0);
		if (mapped[area] == MAP_FAILED)
			fail("mmap");
	}
}

/* Puts a breakpoint into this process. Its children inherit the breakpoint, but are not probed. */
static void put_breakpoint(void)
{
	struct perf_event_attr event = { .size = sizeof(event) };

	event.type = get_number("/sys/bus/event_source/devices/uprobe/type");
	event.uprobe_path = (uintptr_t)"/tmp/area-0";
	if (syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) < 0)
		fail("perf_event_open");
	((void (*)(void))mapped[0])();
}

static void open_userfaultfd(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP };

	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api))
		fail("userfaultfd");
	for (int area = 0; area < COUNT(areas); area++) {
		struct uffdio_register range = {
			.range = { (uintptr_t)mapped[area], areas[area].pages * PAGE },
			.mode = UFFDIO_REGISTER_MODE_WP,
		};

		if (ioctl(uffd, UFFDIO_REGISTER, &range))
			fail("UFFDIO_REGISTER");
	}
}

static void prepare(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	memset(device_buffer, 1, sizeof(device_buffer));
	for (int area = 0; area < COUNT(areas); area++) {
		long size = areas[area].pages * PAGE;
		int exec = uses(UPROBE_REPLACE) ? PROT_EXEC : 0;

		if (mprotect(mapped[area], size, PROT_READ | exec | (areas[area].writable ? PROT_WRITE : 0)))
			fail("mprotect");
		if (uses(KSM_MERGE) && madvise(mapped[area], size, MADV_MERGEABLE))
			fail("MADV_MERGEABLE");
	}
	if (uses(ATOMIC) || uses(DEVICE_LOAD) || uses(DEVICE_STORE)) {
		device = open("/dev/hmm_dmirror0", O_RDWR);
		if (device < 0)
			fail("/dev/hmm_dmirror0");
	}
	if (uses(UFFD_WP) || uses(UFFD_RESOLVE))
		open_userfaultfd();
	hold = open("/dev/hold", O_RDWR);
	if (hold < 0)
		fail("/dev/hold");
}

static void run_process(void)
{
	pthread_t threads[ACTORS];
	bool on_path = true;

	prctl(PR_SET_NAME, "controller");
	run_on(0);
	/* From here on this thread must not need the mmap lock, which a held thread may have: its heap never grows. */
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	free(malloc(1 << 16));
	prepare();
	for (int actor = 0; actor < ACTORS; actor++) {
		held_by[actor] = -1;
		pthread_create(&threads[actor], NULL, run_actor, (void *)(intptr_t)actor);
	}
	for (int i = 0; i < COUNT(setup); i++) {
		int actor = setup[i].actor, end = ++allowed[actor];

		while (ended[actor] < end)
			usleep(500);
	}
	before_schedule = false;
	say("start");
	observe();
	for (int i = 0; i < COUNT(pieces); i++)
		on_path = drive(i, &pieces[i]) && on_path;
	say(on_path ? "reached the end of the schedule" : "left the schedule");
	press();
	let_all_end();
	observe();
	press();
	compare_data();
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
		run_process();
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

// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The operations of the actors. */
#include "program.h"

#include <errno.h>
#include <linux/userfaultfd.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

volatile bool before_schedule = true;

static __thread sigjmp_buf before_access;

static void on_signal(int number)
{
	siglongjmp(before_access, number);
}

void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
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

static void note_store(const struct operation *op, int page, int value)
{
	written[op->area][op->first + page] = value;
	stored[op->area][op->first + page] = 1;
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
		if (op->action == STORE && result >= 0)
			note_store(op, page, value);
	}
	return result;
}

/* The ioctls of lib/test_hmm.c. */
static unsigned char device_buffer[PAGE] __attribute__((aligned(4096)));

struct hmm_command { uint64_t address, buffer, pages, copied, faults; };
#define HMM_READ _IOWR('H', 0x00, struct hmm_command)
#define HMM_WRITE _IOWR('H', 0x01, struct hmm_command)
#define HMM_EXCLUSIVE _IOWR('H', 0x05, struct hmm_command)
#define HMM_CHECK_EXCLUSIVE _IOWR('H', 0x06, struct hmm_command)

static int use_device(const struct operation *op)
{
	struct hmm_command command = { .buffer = (uintptr_t)device_buffer, .pages = 1 };
	unsigned long request = op->action == ATOMIC ? HMM_EXCLUSIVE : op->action == DEVICE_LOAD ? HMM_READ : HMM_WRITE;
	int error = 0, tries = 0;

	for (int page = 0; page < op->count && error == 0; page++) {
		command.address = (uintptr_t)address(op, page);
		device_buffer[DATA] = next_value(op, page);
		/* The device tries again if it has lost the page before it could use it. */
		do {
			error = ioctl(device, request, &command) ? -errno : 0;
		} while (error == -ENOENT && tries++ < 100);
		if (op->action == DEVICE_STORE && error == 0)
			note_store(op, page, device_buffer[DATA]);
	}
	return error;
}

bool device_has(const void *address)
{
	struct hmm_command command = { .address = (uintptr_t)address, .pages = 1 };

	return device >= 0 && ioctl(device, HMM_CHECK_EXCLUSIVE, &command) && errno == EPERM;
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
	for (int area = 0; area < area_count; area++)
		memset(stored[area], 0, areas[area].pages);
	cleared = true;
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

int perform(const struct operation *op)
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

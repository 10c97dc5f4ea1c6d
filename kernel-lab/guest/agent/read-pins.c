/*
 * Pins that only read: the kernel's own test of pins (mm/gup_test.c, since 6.2) pins with FOLL_LONGTERM and without
 * FOLL_WRITE. It holds one range at a time for the whole system.
 */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

/* mm/gup_test.h */
struct pin_longterm_test {
	uint64_t addr, size;
	uint32_t flags;
};
#define START _IOW('g', 7, struct pin_longterm_test)
#define STOP _IO('g', 8)
#define READ _IOW('g', 9, uint64_t)
enum { USE_FAST = 2 };

static int test;

void open_pin_test(void)
{
	test = open("/sys/kernel/debug/gup_test", O_RDWR | O_CLOEXEC);
	if (test < 0)
		die("/sys/kernel/debug/gup_test");
}

/* Process, address, number of pages, whether to try without any lock first. The process itself does it. */
long pin_for_reading(const unsigned long *args)
{
	struct pin_longterm_test range = {
		.addr = (uint64_t)address(args[1]),
		.size = PAGE,
		.flags = args[3] ? USE_FAST : 0,
	};

	if (shared->read_pin == address(args[1]))
		return 0;
	if (ioctl(test, START, &range))
		return -errno;
	shared->read_pin = address(args[1]);
	return 0;
}

long read_through_pin(void)
{
	static char page[PAGE];
	uint64_t to = (uint64_t)page;

	return ioctl(test, READ, &to) ? -errno : 0;
}

long unpin_read(void)
{
	shared->read_pin = NULL;
	return ioctl(test, STOP) ? -errno : 0;
}

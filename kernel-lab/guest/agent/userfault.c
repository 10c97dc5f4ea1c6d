/* Write protection by userfaultfd, the handler that resolves each write fault at once, and PAGEMAP_SCAN. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_t handler;
static bool handling;

/* linux/userfaultfd.h since 6.7; it also protects addresses at which nothing is mapped. */
#define WP_ASYNC (1u << 15)

/* Negative if the kernel does not have the features. A userfaultfd serves the address space of the process that makes it. */
static int open_one(uint64_t features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	int file = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (file < 0)
		die("userfaultfd");
	if (!ioctl(file, UFFDIO_API, &api))
		return file;
	close(file);
	return -1;
}

void open_userfaultfd(void)
{
	int async = open_one(WP_ASYNC);

	shared->userfaultfd = open_one(0);
	if (shared->userfaultfd < 0)
		die("UFFDIO_API");
	shared->async_userfaultfd = async < 0 ? 0 : async;
}

static long change_protection(uint64_t begin, uint64_t length, uint64_t mode)
{
	struct uffdio_writeprotect change = { .range = { begin, length }, .mode = mode };
	int file = shared->userfaultfd;

	for (unsigned i = 0; i < shared->area_count; i++) {
		uint64_t first = (uint64_t)address(shared->areas[i].first);

		if (shared->areas[i].async && first <= begin && begin < first + shared->areas[i].pages * PAGE)
			file = shared->async_userfaultfd;
	}
	return ioctl(file, UFFDIO_WRITEPROTECT, &change) ? -errno : 0;
}

long write_protect(const unsigned long *args)
{
	return change_protection((uint64_t)address(args[1]), args[2] * PAGE, UFFDIO_WRITEPROTECT_MODE_WP);
}

long resolve(const unsigned long *args)
{
	return change_protection((uint64_t)address(args[1]), args[2] * PAGE, 0);
}

/* A thread of process 1: `app` stays a process with one thread, and a device's fault is answered as well. */
static void *handle(void *unused)
{
	struct uffd_msg message;

	(void)unused;
	while (read(shared->userfaultfd, &message, sizeof(message)) == sizeof(message))
		if (message.event == UFFD_EVENT_PAGEFAULT)
			change_protection(message.arg.pagefault.address & ~(PAGE - 1ull), PAGE, 0);
	return NULL;
}

void start_handler(void)
{
	if (pthread_create(&handler, NULL, handle, NULL))
		die("pthread_create");
	handling = true;
}

void stop_handler(void)
{
	if (!handling)
		return;
	pthread_cancel(handler);
	pthread_join(handler, NULL);
	handling = false;
}

void register_areas(void)
{
	for (unsigned i = 0; i < shared->area_count; i++) {
		const struct area *area = &shared->areas[i];
		struct uffdio_register range = {
			.range = { (uint64_t)address(area->first), area->mapped * PAGE },
			.mode = UFFDIO_REGISTER_MODE_WP,
		};

		int file = area->async ? shared->async_userfaultfd : shared->userfaultfd;
		if (area->userfaultfd && ioctl(file, UFFDIO_REGISTER, &range))
			die("UFFDIO_REGISTER");
	}
}

/* linux/fs.h since 6.7 */
struct pm_scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};
#define PAGEMAP_SCAN _IOWR('f', 16, struct pm_scan_arg)
enum { WP_MATCHING = 1, CHECK_WPASYNC = 2, PAGE_IS_WRITTEN = 2 };

/* Asks which pages were written to, and protects these again. */
long scan_pagemap(const unsigned long *args)
{
	static struct {
		uint64_t start, end, categories;
	} regions[MAX_ADDRESSES];
	struct pm_scan_arg scan = {
		.size = sizeof(scan),
		.flags = WP_MATCHING | CHECK_WPASYNC,
		.start = (uint64_t)address(args[1]),
		.end = (uint64_t)address(args[1] + args[2]),
		.vec = (uint64_t)regions,
		.vec_len = MAX_ADDRESSES,
		.category_mask = PAGE_IS_WRITTEN,
		.return_mask = PAGE_IS_WRITTEN,
	};

	return ioctl(processes[args[0]].pagemap, PAGEMAP_SCAN, &scan) < 0 ? -errno : 0;
}

/* linux/userfaultfd.h since 6.8 */
struct uffdio_move {
	uint64_t dst, src, len, mode;
	int64_t move;
};
#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)

/* Process, address, address of the destination. The kernel wants the process itself to ask. */
long move_page_to(const unsigned long *args)
{
	struct uffdio_move move = {
		.dst = (uint64_t)address(args[2]),
		.src = (uint64_t)address(args[1]),
		.len = PAGE,
	};

	return ioctl(shared->userfaultfd, UFFDIO_MOVE, &move) ? -errno : 0;
}

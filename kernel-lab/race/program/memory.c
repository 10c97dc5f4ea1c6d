// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The memory that the actors work in, and what is prepared there. */
#include "program.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

char *mapped[MOST_AREAS];
int file[MOST_AREAS], device = -1, uffd = -1;
unsigned char *written[MOST_AREAS], *stored[MOST_AREAS], *armed[MOST_AREAS];
bool cleared;

bool uses(enum action action)
{
	for (int i = 0; i < setup_count; i++)
		if (setup[i].action == action)
			return true;
	for (int i = 0; i < operation_count; i++)
		if (operations[i].action == action)
			return true;
	return false;
}

void map_areas(void)
{
	for (int area = 0; area < area_count; area++) {
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
void put_breakpoint(void)
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
	for (int area = 0; area < area_count; area++) {
		struct uffdio_register range = {
			.range = { (uintptr_t)mapped[area], areas[area].pages * PAGE },
			.mode = UFFDIO_REGISTER_MODE_WP,
		};

		if (ioctl(uffd, UFFDIO_REGISTER, &range))
			fail("UFFDIO_REGISTER");
	}
}

void prepare_memory(void)
{
	for (int area = 0; area < area_count; area++) {
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
}

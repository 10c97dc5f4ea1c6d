/*
 * The swap area: a file behind a loop device, or zram. The kernel reads a page from zram at once, without the swap
 * cache (SWP_SYNCHRONOUS_IO), and from a loop device through it, as from a disk.
 */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/swap.h>
#include <unistd.h>

enum { SWAP_PAGES = 8192 };

/* Its header: version 1, the last page, and the magic at the end of the first page. */
static void swap_on(const char *path)
{
	uint32_t header[PAGE / 4] = { [256] = 1, [257] = SWAP_PAGES - 1 };
	int device = open(path, O_RDWR);

	memcpy((char *)header + PAGE - 10, "SWAPSPACE2", 10);
	if (device < 0 || write(device, header, PAGE) != PAGE || close(device) || swapon(path, 0))
		die(path);
}

static void use_loop(void)
{
	int device = open("/dev/loop0", O_RDWR), file;

	mount_at("tmpfs", "/swap");
	file = open("/swap/area", O_RDWR | O_CREAT, 0600);
	if (device < 0 || file < 0 || ftruncate(file, SWAP_PAGES * PAGE) || ioctl(device, LOOP_SET_FD, file))
		die("/dev/loop0");
	close(file);
	swap_on("/dev/loop0");
	close(device);
}

static void use_zram(void)
{
	char size[32];

	snprintf(size, sizeof(size), "%u", SWAP_PAGES * PAGE);
	write_file("/sys/block/zram0/disksize", size);
	swap_on("/dev/zram0");
}

/* The kernel puts what it does not know of its command line into the environment of process 1. */
const char *prepare_swap(void)
{
	const char *asked = getenv("lab_swap");
	bool loop = asked && strcmp(asked, "loop") == 0 && access("/dev/loop0", F_OK) == 0;

	if (loop)
		use_loop();
	else
		use_zram();
	return loop ? "loop" : "zram";
}

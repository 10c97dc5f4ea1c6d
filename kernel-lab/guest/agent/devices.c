/* The kernel's test driver for device memory, lib/test_hmm.c. Its command has the same form in 6.1 and 6.12. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct dmirror_command {
	uint64_t addr, ptr, npages, cpages, faults;
};

enum { READ = 0, WRITE = 1, MIGRATE_TO_DEVICE = 2, SNAPSHOT = 4, EXCLUSIVE = 5, CHECK_EXCLUSIVE = 6 };

/* What a device reads, and what it writes: the same as a store. */
static uint64_t device_page[PAGE / sizeof(uint64_t)];

static int open_device(unsigned long device)
{
	char path[] = "/dev/hmm_dmirror0";
	int file;

	path[sizeof(path) - 2] = (char)('0' + device);
	file = open(path, O_RDWR);
	if (file < 0)
		die(path);
	return file;
}

/* A device shows the address space of the process that opens it. */
void open_devices(void)
{
	for (unsigned i = 0; i < MAX_DEVICES; i++)
		shared->devices[i] = open_device(i);
}

static long command(unsigned long device, int number, unsigned long first, unsigned long pages, void *data)
{
	struct dmirror_command command = {
		.addr = (uint64_t)address(first),
		.ptr = (uint64_t)data,
		.npages = pages,
	};

	return ioctl(shared->devices[device], _IOWR('H', number, struct dmirror_command), &command) ? -errno : 0;
}

/*
 * All pages of the device, whatever address the step names: dmirror_fops_release() empties the memory of a device when
 * any of its files is closed. It keeps the memory, other than HMM_DMIRROR_RELEASE.
 */
long evict_from_device(const unsigned long *args)
{
	return close(open_device(args[0])) ? -errno : 0;
}

/* For each page, and the end of the first. */
static long for_each_page(const unsigned long *args, long (*run)(unsigned long device, unsigned long page))
{
	long result = run(args[0], args[1]);

	for (unsigned long i = 1; i < args[2]; i++)
		run(args[0], args[1] + i);
	return result;
}

enum { PERMITS_WRITES = 2, PRIVATE_MASK = 0x70, OWN_PRIVATE = 0x20 };

/*
 * dmirror_do_fault() enters a page of the device itself into the driver's page table, which has no memory that the
 * kernel could copy: the access would end the kernel. (The entry that a migration makes is right.) A store to a page
 * that may only be read fails before that.
 */
static bool would_crash(unsigned long device, unsigned long page, bool write)
{
	uint8_t permissions;

	if (command(device, SNAPSHOT, page, 1, &permissions))
		die("HMM_DMIRROR_SNAPSHOT");
	return permissions != SNAPSHOT_ERROR && (permissions & PRIVATE_MASK) == OWN_PRIVATE &&
	       (!write || permissions & PERMITS_WRITES);
}

static long load_page(unsigned long device, unsigned long page)
{
	return would_crash(device, page, false) ? 0 : command(device, READ, page, 1, device_page);
}

static long store_page(unsigned long device, unsigned long page)
{
	if (would_crash(device, page, true))
		return 0;
	device_page[0] = 1;
	return command(device, WRITE, page, 1, device_page);
}

static long make_exclusive(unsigned long device, unsigned long page)
{
	return command(device, EXCLUSIVE, page, 1, device_page);
}

long device_load(const unsigned long *args)
{
	return for_each_page(args, load_page);
}

long device_store(const unsigned long *args)
{
	return for_each_page(args, store_page);
}

long device_atomic(const unsigned long *args)
{
	return for_each_page(args, make_exclusive);
}

/* Then the driver reads through its own page table: ENOENT if that has no page there. */
static long move_page(unsigned long device, unsigned long page)
{
	return command(device, MIGRATE_TO_DEVICE, page, 1, device_page);
}

long migrate_to_device(const unsigned long *args)
{
	return for_each_page(args, move_page);
}

/*
 * Changes nothing: hmm_range_fault() is not asked to fault, and the notifier for the time of the snapshot only takes a
 * sequence number. It waits for migration entries, but between steps there are none.
 */
void snapshot(unsigned device, uint8_t *permissions)
{
	if (command(device, SNAPSHOT, 0, shared->address_count, permissions))
		die("HMM_DMIRROR_SNAPSHOT");
}

/* Only looks an entry of the driver's own page table up. */
bool is_exclusive(unsigned device, unsigned address_index)
{
	return command(device, CHECK_EXCLUSIVE, address_index, 1, NULL) == -EPERM;
}

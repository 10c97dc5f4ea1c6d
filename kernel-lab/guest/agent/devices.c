/* The kernel's test driver for device memory, lib/test_hmm.c. Its command has the same form in 6.1 and 6.12. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>

struct dmirror_command {
	uint64_t addr, ptr, npages, cpages, faults;
};

enum { READ = 0, WRITE = 1, MIGRATE_TO_DEVICE = 2, SNAPSHOT = 4, EXCLUSIVE = 5, CHECK_EXCLUSIVE = 6 };

/* What a device reads, and what it writes: the same as a store. */
static uint64_t device_page[PAGE / sizeof(uint64_t)];

/* A device shows the address space of the process that opens it. */
void open_devices(void)
{
	char path[] = "/dev/hmm_dmirror0";

	for (unsigned i = 0; i < MAX_DEVICES; i++) {
		path[sizeof(path) - 2] = (char)('0' + i);
		shared->devices[i] = open(path, O_RDWR);
		if (shared->devices[i] < 0)
			die(path);
	}
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

enum { PERMITS_WRITES = 2, PRIVATE_MASK = 0x70, OWN_PRIVATE = 0x20 };

/*
 * dmirror_do_fault() enters a page of the device itself into the driver's page table, which has no memory that the
 * kernel could copy: the access would end the kernel. (The entry that a migration makes is right.) A store to a page
 * that may only be read fails before that.
 */
static bool would_crash(const unsigned long *args, bool write)
{
	uint8_t permissions[MAX_ADDRESSES];

	snapshot((unsigned)args[0], permissions);
	uint8_t found = permissions[args[1]];
	return found != SNAPSHOT_ERROR && (found & PRIVATE_MASK) == OWN_PRIVATE && (!write || found & PERMITS_WRITES);
}

long device_load(const unsigned long *args)
{
	if (would_crash(args, false))
		return 0;
	return command(args[0], READ, args[1], 1, device_page);
}

long device_store(const unsigned long *args)
{
	if (would_crash(args, true))
		return 0;
	device_page[0] = 1;
	return command(args[0], WRITE, args[1], 1, device_page);
}

long device_atomic(const unsigned long *args)
{
	return command(args[0], EXCLUSIVE, args[1], 1, device_page);
}

/* Then the driver reads through its own page table: ENOENT if that has no page there. */
long migrate_to_device(const unsigned long *args)
{
	return command(args[0], MIGRATE_TO_DEVICE, args[1], 1, device_page);
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

/*
 * Pins for DMA: a registered buffer of an io_uring is pinned with FOLL_WRITE | FOLL_LONGTERM. A read into it writes
 * through the pin and through no page table, and a write from it reads so. There is one ring for each address, because taking a ring's buffers away
 * unpins them before it returns, but replacing one of several does not in 6.1.
 *
 * Process 1 makes the rings and submits to them, so that `app` need not map them. The kernel pins memory of the process
 * that registers, so `app` does that, through the table of open files that both share.
 */
#include "agent.h"
#include <errno.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct ring {
	int file;
	char *queues;
	struct io_uring_sqe *entry;
} rings[MAX_ADDRESSES];
static struct io_uring_params form;
/* What is written to pinned pages, and where to write what is read from them. */
static int source, sink;

static void *map_ring(int file, off_t part)
{
	void *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, part);

	if (at == MAP_FAILED)
		die("mmap of a ring");
	return at;
}

void open_rings(void)
{
	uint64_t value = 1;

	source = memfd_create("dma", MFD_CLOEXEC);
	if (source < 0 || write(source, &value, sizeof(value)) != sizeof(value))
		die("memfd_create");
	sink = memfd_create("sink", MFD_CLOEXEC);
	if (sink < 0)
		die("memfd_create");
	for (unsigned i = 0; i < MAX_ADDRESSES; i++) {
		form = (struct io_uring_params){ 0 };
		int file = (int)syscall(SYS_io_uring_setup, 1, &form);
		if (file < 0)
			die("io_uring_setup");
		rings[i] = (struct ring){ file, map_ring(file, IORING_OFF_SQ_RING), map_ring(file, IORING_OFF_SQES) };
	}
}

static long change_buffers(unsigned long index, unsigned operation, void *buffers, unsigned count)
{
	return syscall(SYS_io_uring_register, rings[index].file, operation, buffers, count) < 0 ? -errno : 0;
}

/* As in the model, nothing happens if the page is pinned, and the two others do nothing if it is not. */
long pin(const unsigned long *args)
{
	struct iovec buffer = { .iov_base = address(args[1]), .iov_len = PAGE };

	if (shared->pinned[args[1]])
		return 0;
	long result = change_buffers(args[1], IORING_REGISTER_BUFFERS, &buffer, 1);
	shared->pinned[args[1]] = result == 0;
	return result;
}

long unpin(const unsigned long *args)
{
	if (shared->read_pin == address(args[1]))
		return unpin_read();
	if (!shared->pinned[args[1]])
		return 0;
	shared->pinned[args[1]] = false;
	return change_buffers(args[1], IORING_UNREGISTER_BUFFERS, NULL, 0);
}

void unpin_all(void)
{
	for (unsigned long i = 0; i < MAX_ADDRESSES; i++)
		unpin((unsigned long[]){ APP, i });
}

static _Atomic uint32_t *word(const struct ring *ring, uint32_t offset)
{
	return (_Atomic uint32_t *)(ring->queues + offset);
}

static long transfer(unsigned long index, uint8_t operation, int file)
{
	const struct ring *ring = &rings[index];

	if (!shared->pinned[index])
		return 0;
	*ring->entry = (struct io_uring_sqe){
		.opcode = operation,
		.fd = file,
		.addr = (uint64_t)address(index),
		.len = sizeof(uint64_t),
	};
	/* The ring has one entry: number 0. */
	atomic_store(word(ring, form.sq_off.array), 0);
	atomic_fetch_add(word(ring, form.sq_off.tail), 1);
	if (syscall(SYS_io_uring_enter, ring->file, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		return -errno;
	uint32_t done = atomic_fetch_add(word(ring, form.cq_off.head), 1);
	uint32_t mask = atomic_load(word(ring, form.cq_off.ring_mask));
	const struct io_uring_cqe *completion = (void *)(ring->queues + form.cq_off.cqes);
	int result = completion[done & mask].res;
	return result < 0 ? result : 0;
}

long dma_store(const unsigned long *args)
{
	return transfer(args[1], IORING_OP_READ_FIXED, source);
}

long read_pinned(unsigned long index)
{
	return transfer(index, IORING_OP_WRITE_FIXED, sink);
}

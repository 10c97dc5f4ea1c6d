/*
 * References that only read: vmsplice() takes one with get_user_pages_fast() and puts it into a pipe. The pipe drops it
 * when all of the page has been read. There is one pipe for each process and address.
 */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

struct ends {
	int out, in;
};
static struct ends pipes[MAX_PROCESSES][MAX_ADDRESSES], copies;

static void open_pipe(struct ends *ends)
{
	if (pipe2((int *)ends, O_CLOEXEC))
		die("pipe2");
}

void open_pipes(void)
{
	for (unsigned i = 0; i < MAX_PROCESSES * MAX_ADDRESSES; i++)
		open_pipe(&pipes[i / MAX_ADDRESSES][i % MAX_ADDRESSES]);
	open_pipe(&copies);
}

static long read_page(int file)
{
	static char page[PAGE];

	return read(file, page, PAGE) == PAGE ? 0 : -errno;
}

/* The process itself does it. As in the model, nothing happens if there is a reference. */
long get(const unsigned long *args)
{
	struct iovec page = { .iov_base = address(args[1]), .iov_len = PAGE };

	if (shared->gotten[args[0]][args[1]])
		return 0;
	if (vmsplice(pipes[args[0]][args[1]].in, &page, 1, 0) != PAGE)
		return -errno;
	shared->gotten[args[0]][args[1]] = true;
	return 0;
}

long put(const unsigned long *args)
{
	if (!shared->gotten[args[0]][args[1]])
		return 0;
	shared->gotten[args[0]][args[1]] = false;
	return read_page(pipes[args[0]][args[1]].out);
}

/* A process may have ended with references in its pipes. */
void put_all(void)
{
	for (unsigned long i = 0; i < MAX_PROCESSES * MAX_ADDRESSES; i++)
		put((unsigned long[]){ i / MAX_ADDRESSES, i % MAX_ADDRESSES });
}

/* Reads through a pin, or else through a reference, which a second pipe shares for that time. */
long dma_load(const unsigned long *args)
{
	if (shared->read_pin == address(args[1]))
		return read_through_pin();
	if (shared->pinned[args[1]])
		return read_pinned(args[1]);
	if (!shared->gotten[args[0]][args[1]])
		return 0;
	if (tee(pipes[args[0]][args[1]].out, copies.in, PAGE, 0) != PAGE)
		return -errno;
	return read_page(copies.out);
}

/* The operations that process 1 runs on the memory of others. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void open_files(void)
{
	char path[32];

	for (unsigned i = 0; i < MAX_AREAS; i++) {
		snprintf(path, sizeof(path), "/files/%u", i);
		shared->files[i] = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (shared->files[i] < 0)
			die(path);
		shared->tmpfs_files[i] = memfd_create("area", MFD_CLOEXEC);
		if (shared->tmpfs_files[i] < 0)
			die("memfd_create");
	}
}

int file_of(unsigned area)
{
	return shared->areas[area].tmpfs ? shared->tmpfs_files[area] : shared->files[area];
}

/* Holes read as zeros, and their pages are clean as if a disk had been read. */
long empty_file(unsigned area)
{
	off_t size = shared->areas[area].pages * PAGE;

	return ftruncate(file_of(area), 0) || ftruncate(file_of(area), size) ? -errno : 0;
}

/* As in the model, the file stays empty: later accesses get SIGBUS. */
long truncate_file(const unsigned long *args)
{
	for (unsigned i = 0; i < shared->area_count; i++)
		if (shared->areas[i].first == args[1] && shared->areas[i].file)
			return ftruncate(file_of(i), 0) ? -errno : 0;
	return -EINVAL;
}

/* Ramfs cannot do that. */
long punch_hole(const unsigned long *args)
{
	for (unsigned i = 0; i < shared->area_count; i++) {
		const struct area *area = &shared->areas[i];
		off_t begin = (off_t)(args[1] - area->first) * PAGE, size = (off_t)args[2] * PAGE;

		if (area->first <= args[1] && args[1] < area->first + area->pages)
			return fallocate(file_of(i), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin, size) ? -errno : 0;
	}
	return -EINVAL;
}

long clear_refs(const unsigned long *args)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", processes[args[0]].pid);
	write_file(path, "4");
	return 0;
}

static long move_pages(unsigned long process, unsigned long count, void **pages, const int *nodes, int *status)
{
	return syscall(SYS_move_pages, processes[process].pid, count, pages, nodes, status, nodes ? MPOL_MF_MOVE_ALL : 0);
}

/*
 * To the other of the two nodes than where the first page is. The kernel says ENOENT if no page is there, EFAULT for
 * the zero page or without a VMA, and EBUSY if it cannot isolate the page. If it cannot move an isolated page, it gives
 * no status but returns how many pages were not moved: here that is EAGAIN.
 *
 * try_to_migrate_one() of 6.1 and 6.12 takes an exclusive entry of a large folio for a present one. As that would end
 * the kernel (VM_BUG_ON_PAGE), nothing is moved then.
 */
long migrate(const unsigned long *args)
{
	static void *pages[PAGES_OF_PMD];
	static int others[PAGES_OF_PMD], status[PAGES_OF_PMD];
	int node;

	if (shared->areas[0].mapped > shared->areas[0].pages && has_exclusive())
		return 0;
	for (unsigned long i = 0; i < args[2]; i++)
		pages[i] = address(args[1] + i);
	if (move_pages(args[0], 1, pages, NULL, &node) < 0)
		return -errno;
	if (node < 0)
		return node;
	for (unsigned long i = 0; i < args[2]; i++)
		others[i] = !node;
	long left = move_pages(args[0], args[2], pages, others, status);
	if (left)
		return left < 0 ? -errno : -EAGAIN;
	return status[0] < 0 ? status[0] : 0;
}

/*
 * A scan notes a page's checksum, the next one puts a page with an unchanged checksum into the tree, and meets it there
 * under the second address. So three scans merge what can be merged, and the first of them may have begun before.
 *
 * A child inherits that its memory may be merged. So ksmd also merges pages of a child that was forked after the first
 * such step, and the pages of both processes with each other.
 */
long merge_pages(const unsigned long *args)
{
	enum { SCANS = 4 };
	long result = ask((unsigned)args[0], &(struct step){ MERGEABLE, { args[0], args[1], args[2] } });
	long before = read_number("/sys/kernel/mm/ksm/full_scans");

	if (result)
		return result;
	write_file("/sys/kernel/mm/ksm/run", "1");
	for (int tries = 0; read_number("/sys/kernel/mm/ksm/full_scans") < before + SCANS; tries++) {
		if (tries == STUCK_SECONDS * 10000)
			return STUCK;
		usleep(100);
	}
	/* Returns when the scan that is under way has ended. */
	write_file("/sys/kernel/mm/ksm/run", "0");
	return 0;
}

static uint64_t failed[16];
static unsigned failed_count;

static long tell_of_page(const char *path, uint64_t frame)
{
	char text[32];
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0)
		die(path);
	int length = snprintf(text, sizeof(text), "%lu", frame);
	long result = write(file, text, (size_t)length) == length ? 0 : -errno;
	close(file);
	return result;
}

/*
 * An error in the memory of the page that is mapped at the address. As in the model, it is reported by the number of the
 * page, so nothing faults. The page is not used again in this program.
 */
long fail_memory(const unsigned long *args)
{
	uint64_t frame = frame_at((unsigned)args[0], (unsigned)args[1]);

	if (!frame)
		return 0;
	if (failed_count < sizeof(failed) / sizeof(*failed))
		failed[failed_count++] = frame;
	return tell_of_page("/sys/kernel/debug/hwpoison/corrupt-pfn", frame);
}

/*
 * After the processes have lost their memory: later programs can use the pages again. Otherwise there would soon be no
 * 512 pages in a row for a folio that a PMD maps. A page that is still in use stays out of use.
 */
void repair_memory(void)
{
	while (failed_count > 0)
		tell_of_page("/sys/kernel/debug/hwpoison/unpoison-pfn", failed[--failed_count]);
}

/* The operations that a process runs on its own memory. */
#include "agent.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By address. A child has a copy. */
static bool mapped[MAX_ADDRESSES];

static void note_mapped(unsigned long first, unsigned long count, bool value)
{
	for (unsigned long i = first; i < first + count && i < MAX_ADDRESSES; i++)
		mapped[i] = value;
}

static long status_of(long result)
{
	return result < 0 ? -errno : 0;
}

/* A page of no area, whose page table stays. Each process prepares its own: a child does not inherit page tables. */
#define DRAINED ((void *)(FIRST_ADDRESS / 2))

void prepare_draining(void)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE;

	if (mmap(DRAINED, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED)
		die("mmap");
	drain_batches();
}

/*
 * Puts the pages that this CPU holds back in batches on their lists: zap_page_range() does that first. In 6.1 the zap
 * of a range with a page table also adds to the process's counters of pages what the thread has counted so far
 * (SPLIT_RSS_COUNTING). Without this /proc/PID/status would lack it.
 */
void drain_batches(void)
{
	madvise(DRAINED, PAGE, MADV_DONTNEED);
}

long begin_areas(const unsigned long *args)
{
	(void)args;
	for (unsigned i = 0; i < shared->area_count; i++) {
		const struct area *area = &shared->areas[i];
		int flags = MAP_PRIVATE | MAP_FIXED_NOREPLACE | (area->file ? 0 : MAP_ANONYMOUS);
		void *begin = address(area->first);

		if (area->hole)
			continue;
		if (mmap(begin, area->mapped * PAGE, PROT_READ | (area->writable ? PROT_WRITE : 0), flags,
			 area->file ? file_of(i) : -1, 0) != begin)
			return -errno;
		/* A difference between neighbours, so that the kernel does not make one VMA of them. */
		if (i % 2 && madvise(begin, area->mapped * PAGE, MADV_DONTDUMP))
			return -errno;
		if (area->huge && madvise(begin, area->mapped * PAGE, MADV_HUGEPAGE))
			return -errno;
		note_mapped(area->first, area->pages, true);
	}
	return 0;
}

long end_areas(const unsigned long *args)
{
	(void)args;
	unpin_all();
	note_mapped(0, MAX_ADDRESSES, false);
	return status_of(munmap(address(0), PAGES_OF_PMD * PAGE));
}

long load(const unsigned long *args)
{
	for (unsigned long i = 0; i < args[2]; i++)
		(void)*(volatile uint64_t *)address(args[1] + i);
	return 0;
}

/* Each store writes the same, so that pages that were only stored to can be merged. */
long store(const unsigned long *args)
{
	for (unsigned long i = 0; i < args[2]; i++)
		*(volatile uint64_t *)address(args[1] + i) = 1;
	return 0;
}

long atomic_add(const unsigned long *args)
{
	for (unsigned long i = 0; i < args[2]; i++)
		atomic_fetch_add((_Atomic uint64_t *)address(args[1] + i), 1);
	return 0;
}

/* The child is a child of process 1, which waits for its end. */
long fork_child(const unsigned long *args)
{
	long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0) {
		/* The parent may run in a lane. */
		stay_on_cpu(0);
		prepare_draining();
		serve((unsigned)args[1]);
	}
	if (pid < 0)
		return -errno;
	shared->child = (pid_t)pid;
	return 0;
}

long exit_process(const unsigned long *args)
{
	(void)args;
	_exit(0);
}

long unmap(const unsigned long *args)
{
	note_mapped(args[1], args[2], false);
	return status_of(munmap(address(args[1]), args[2] * PAGE));
}

/* The model gives up if the new addresses are in use. The kernel would unmap what is there. */
long move_area(const unsigned long *args)
{
	unsigned long from = args[1], to = args[2], count = args[3];

	if (mapped[to])
		return 0;
	if (mremap(address(from), count * PAGE, count * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, address(to)) == MAP_FAILED)
		return -errno;
	note_mapped(from, count, false);
	note_mapped(to, count, true);
	return 0;
}

long forbid_writing(const unsigned long *args)
{
	return status_of(mprotect(address(args[1]), args[2] * PAGE, PROT_READ));
}

long allow_writing(const unsigned long *args)
{
	return status_of(mprotect(address(args[1]), args[2] * PAGE, PROT_READ | PROT_WRITE));
}

long lock_memory(const unsigned long *args)
{
	return status_of(mlock(address(args[1]), args[2] * PAGE));
}

long unlock_memory(const unsigned long *args)
{
	return status_of(munlock(address(args[1]), args[2] * PAGE));
}

static long advise(const unsigned long *args, int advice)
{
	return status_of(madvise(address(args[1]), args[2] * PAGE, advice));
}

long discard(const unsigned long *args)
{
	return advise(args, MADV_DONTNEED);
}

long discard_lazily(const unsigned long *args)
{
	return advise(args, MADV_FREE);
}

/* Drains the batches itself. */
long page_out(const unsigned long *args)
{
	return advise(args, MADV_PAGEOUT);
}

long make_mergeable(const unsigned long *args)
{
	return advise(args, MADV_MERGEABLE);
}

/* linux/mman.h since 6.1 */
enum { COLLAPSE = 25 };

/* Although /sys/kernel/mm/transparent_hugepage/enabled says madvise: that is about faults and khugepaged. */
long collapse(const unsigned long *args)
{
	return advise(args, COLLAPSE);
}

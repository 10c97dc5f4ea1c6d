/* The operations by the names that the model gives them. */
#include "agent.h"
#include <errno.h>
#include <string.h>

/* Where the arguments say anything else than process, first address and number of pages, it is noted. */
const struct operation operations[] = {
	[BEGIN] = { "", true, begin_areas },
	[END] = { "", true, end_areas },
	[MERGEABLE] = { "", true, make_mergeable },
	[LANE] = { "", true, run_lane },
	{ "load", true, load },
	{ "store", true, store },
	{ "atomic_add", true, atomic_add },
	/* process, child */
	{ "fork", true, fork_child },
	{ "exit", true, exit_process },
	{ "munmap", true, unmap },
	/* process, first address, first address of the destination, number of pages */
	{ "mremap", true, move_area },
	{ "mprotect_read", true, forbid_writing },
	{ "mprotect_write", true, allow_writing },
	{ "mlock", true, lock_memory },
	{ "munlock", true, unlock_memory },
	{ "madvise_dontneed", true, discard },
	{ "madvise_free", true, discard_lazily },
	{ "reclaim", true, page_out },
	{ "collapse", true, collapse },
	{ "pin", true, pin },
	/* and whether to try without any lock first */
	{ "pin_for_reading", true, pin_for_reading },
	{ "unpin", true, unpin },
	{ "get", true, get },
	{ "dma_store", false, dma_store },
	{ "dma_load", false, dma_load },
	{ "put", false, put },
	{ "clear_refs", false, clear_refs },
	{ "migrate", false, migrate },
	{ "truncate", false, truncate_file },
	{ "punch_hole", false, punch_hole },
	{ "ksm_merge", false, merge_pages },
	{ "memory_failure", false, fail_memory },
	{ "oom_reap", false, oom_reap },
	{ "uffd_wp", false, write_protect },
	{ "uffd_resolve", false, resolve },
	{ "pagemap_scan", false, scan_pagemap },
	/* process, address, address of the destination */
	{ "uffd_move", true, move_page_to },
	/* device, address */
	{ "device_load", false, device_load },
	{ "device_store", false, device_store },
	{ "atomic", false, device_atomic },
	{ "migrate_to_device", false, migrate_to_device },
	{ "evict_from_device", false, evict_from_device },
};

unsigned find_operation(const char *name)
{
	for (unsigned i = FIRST_NAMED; i < sizeof(operations) / sizeof(*operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return i;
	return 0;
}

static bool is_of_device(const struct operation *operation)
{
	return operation->run == device_load || operation->run == device_store || operation->run == device_atomic ||
	       operation->run == migrate_to_device || operation->run == evict_from_device;
}

static long fork_and_follow(const struct step *step)
{
	unsigned child = (unsigned)step->args[1];

	if (is_running(child))
		return -EEXIST;
	expect(child);
	long result = ask((unsigned)step->args[0], step);
	if (result)
		return result;
	follow(child, (pid_t)shared->child);
	return 0;
}

static bool are_two_running(void)
{
	unsigned running = 0;

	for (unsigned process = 0; process < shared->process_count; process++)
		running += is_running(process);
	return running > 1;
}

/* Ends as struct step says. */
long run_step(const struct step *step)
{
	const struct operation *operation = &operations[step->operation];
	unsigned process = is_of_device(operation) ? APP : (unsigned)step->args[0];

	if (!is_running(process))
		return -ESRCH;
	if (operation->run == fork_child)
		return fork_and_follow(step);
	/* Linux 6.12 guesses then whether the folio is shared (folio_likely_mapped_shared). */
	if (operation->run == discard_lazily && shared->areas[0].mapped > shared->areas[0].pages && are_two_running() &&
	    has_part_of_folio(process, false))
		return 0;
	if (operation->run == page_out) {
		/* It would split the folio or, if a device has a part of it, pass over it. Reclaim itself takes it as it is. */
		if (step->args[2] == PAGES_OF_PMD && has_part_of_folio(process, true))
			return 0;
		note_pages(step->args);
		long result = ask(process, step);
		await_written();
		return result;
	}
	if (operation->inside)
		return ask(process, step);
	long result = operation->run(step->args);
	drain_batches();
	return result;
}

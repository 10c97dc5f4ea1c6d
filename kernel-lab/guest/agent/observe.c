/*
 * What user space can see of all processes, pages and devices, as a list of words. Only the words that a step changed
 * are sent. kernel-lab/guest/protocol.ts has their order. Looking changes nothing: pagemap, kpagecount and kpageflags
 * walk page tables and pages without a fault, and devices.c says why it holds there.
 */
#include "agent.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OF_PROCESS = 4,
	OF_ADDRESS = 3,
	WORDS = MAX_PROCESSES * (OF_PROCESS + OF_ADDRESS * MAX_ADDRESSES) + MAX_DEVICES * MAX_ADDRESSES,
};

/* Documentation/admin-guide/mm/pagemap.rst; in a swap entry the five lowest bits are the type. */
#define PRESENT (1ull << 63)
#define SWAPPED (1ull << 62)
#define FRAME ((1ull << 55) - 1)
enum { TYPE_BITS = 5 };
#define WRITEBACK_FLAG (1ull << 8)
#define SWAPCACHE_FLAG (1ull << 13)
#define SWAPBACKED_FLAG (1ull << 14)
#define COMPOUND_FLAGS (1ull << 15 | 1ull << 16)
#define KSM_FLAG (1ull << 21)
#define ZERO_FLAG (1ull << 24)

/*
 * LOCKED, DIRTY, ANON, SWAPCACHE, SWAPBACKED, COMPOUND_HEAD, COMPOUND_TAIL, KSM, ZERO_PAGE, and MLOCKED, which the
 * kernel has for itself.
 */
#define SHOWN_FLAGS                                                                                              \
	(1ull << 0 | 1ull << 4 | 1ull << 12 | 1ull << 13 | 1ull << 14 | 1ull << 15 | 1ull << 16 | 1ull << 21 | \
	 1ull << 24 | 1ull << 33)

static int page_counts, page_flags;
static unsigned first_exclusive;
static bool tells_ksm;
static uint64_t zero_frame;
/* Frames of pages that a step may swap out; 0 if an address has none. */
static uint64_t noted[PAGES_OF_PMD];
static unsigned noted_count;
static uint64_t previous[WORDS], current[WORDS];
/* Of `app` at the beginning of a program. A child has the same memory of its own as `app`. The reaper takes what is anonymous. */
static long base[3];

static uint64_t of_page(int file, uint64_t frame)
{
	uint64_t value;

	if (pread(file, &value, sizeof(value), (off_t)(frame * sizeof(value))) != sizeof(value))
		die("pread of a page's properties");
	return value;
}

static uint64_t page_entry(unsigned process, unsigned index)
{
	uint64_t entry;
	off_t at = (off_t)((uintptr_t)address(index) / PAGE * sizeof(entry));

	if (pread(processes[process].pagemap, &entry, sizeof(entry), at) != sizeof(entry))
		die("pread of pagemap");
	return entry;
}

static uint64_t frame_of(uint64_t entry)
{
	uint64_t frame = entry & FRAME;

	return entry & PRESENT ? frame : frame >> TYPE_BITS;
}

/*
 * Learns which page is the zero page, and the rest from a page that was made exclusive. The numbers of swap types
 * depend on the kernel and its configuration. Only their order is fixed (linux/swap.h), so one of them tells all. And
 * since 6.10 stable_page_flags() takes each anonymous page for a merged one.
 */
static void learn(void)
{
	unsigned long page[] = { APP, 0, 1 };

	*shared->areas = (struct area){ .pages = 1, .mapped = 1, .writable = true };
	shared->area_count = shared->address_count = 1;
	if (ask(APP, &(struct step){ BEGIN, { 0 } }) || ask(APP, &(struct step){ find_operation("load"), { APP, 0, 1 } }))
		die("a page cannot be read");
	zero_frame = frame_of(page_entry(APP, 0));
	if (device_atomic(page))
		die("a page cannot be made exclusive");
	uint64_t entry = page_entry(APP, 0);
	if ((entry & (PRESENT | SWAPPED)) != SWAPPED)
		die("the entry of an exclusive page is not one");
	first_exclusive = entry & ((1 << TYPE_BITS) - 1);
	tells_ksm = !(of_page(page_flags, (entry & FRAME) >> TYPE_BITS) & KSM_FLAG);
	ask(APP, &(struct step){ END, { 0 } });
}

void answer_ready(const char *swap, const char *release)
{
	answer("ready %u %d %s %s\n", first_exclusive, tells_ksm, swap, release);
}

void open_observers(void)
{
	page_counts = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	page_flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	if (page_counts < 0 || page_flags < 0)
		die("kpagecount and kpageflags");
	learn();
}

/* In pages. Exact: in 6.12 the file has sums over all CPUs, and for 6.1 see drain_batches(). */
static long status_field(const char *text, const char *name)
{
	const char *field = strstr(text, name);

	return field ? atol(field + strlen(name)) / (PAGE / 1024) : 0;
}

static void read_memory(unsigned process, long *pages)
{
	char text[4096];
	ssize_t length = pread(processes[process].status, text, sizeof(text) - 1, 0);

	text[length < 0 ? 0 : length] = 0;
	pages[0] = status_field(text, "RssAnon:");
	pages[1] = status_field(text, "RssFile:");
	pages[2] = status_field(text, "VmSwap:");
}

static bool is_of_exclusive(uint64_t entry)
{
	unsigned type = entry & ((1 << TYPE_BITS) - 1);

	return (entry & (PRESENT | SWAPPED)) == SWAPPED && (type == first_exclusive || type == first_exclusive + 1);
}

static bool has_page(uint64_t entry)
{
	return entry & PRESENT || is_of_exclusive(entry);
}

static bool is_of_device(uint64_t entry)
{
	unsigned type = entry & ((1 << TYPE_BITS) - 1);

	return (entry & (PRESENT | SWAPPED)) == SWAPPED && first_exclusive - 2 <= type && type < first_exclusive;
}

bool has_part_of_folio(unsigned process, bool unsplit)
{
	bool found = false, whole = true;
	uint64_t first = frame_of(page_entry(process, 0));

	for (unsigned i = 0; i < shared->areas[0].mapped; i++) {
		uint64_t entry = page_entry(process, i);
		uint64_t flags = entry & PRESENT ? of_page(page_flags, frame_of(entry)) : 0;

		whole = whole && entry & PRESENT && frame_of(entry) == first + i;
		if (flags & COMPOUND_FLAGS)
			found = found || !unsplit || flags & SWAPCACHE_FLAG || !(flags & SWAPBACKED_FLAG);
	}
	return found && !whole;
}

bool has_exclusive(void)
{
	for (unsigned i = 0; i < shared->areas[0].mapped; i++)
		if (is_of_exclusive(page_entry(APP, i)))
			return true;
	return false;
}

uint64_t frame_at(unsigned process, unsigned index)
{
	uint64_t entry = page_entry(process, index), frame = frame_of(entry);

	return has_page(entry) && !(of_page(page_flags, frame) & ZERO_FLAG) ? frame : 0;
}

/* Process, first address and number of pages. */
void note_pages(const unsigned long *args)
{
	for (noted_count = 0; noted_count < args[2] && noted_count < PAGES_OF_PMD; noted_count++) {
		uint64_t entry = page_entry((unsigned)args[0], (unsigned)args[1] + noted_count);

		noted[noted_count] = entry & PRESENT ? entry & FRAME : 0;
	}
}

void await_written(void)
{
	for (unsigned i = 0; i < noted_count; i++)
		for (int tries = 0; noted[i] && of_page(page_flags, noted[i]) & WRITEBACK_FLAG; tries++) {
			if (tries == STUCK_SECONDS * 10000)
				die("a page is not written to the swap area");
			usleep(100);
		}
	/* A page that has been written is in a batch of the CPU that heard of it (folio_rotate_reclaimable). */
	drain_batches();
}

/*
 * Of an area that a PMD can map, most pages are not observed. What their entries count for, as pages or as slots of the
 * swap area, is not shown either.
 */
static void leave_out_unobserved(unsigned process, uint64_t *pages, uint64_t *slots)
{
	const struct area *area = &shared->areas[0];
	uint64_t entries[PAGES_OF_PMD];
	size_t size = (area->mapped - area->pages) * sizeof(*entries);
	off_t at = (off_t)((uintptr_t)address(area->pages) / PAGE * sizeof(*entries));

	if (size && pread(processes[process].pagemap, entries, size, at) != (ssize_t)size)
		die("pread of pagemap");
	for (unsigned i = 0; i < area->mapped - area->pages; i++) {
		bool counts = has_page(entries[i]) || is_of_device(entries[i]);

		*pages -= counts && frame_of(entries[i]) != zero_frame;
		*slots -= entries[i] & SWAPPED && !counts;
	}
}

static void see_process(unsigned process, uint64_t *words)
{
	uint64_t entries[MAX_ADDRESSES];
	size_t size = shared->address_count * sizeof(*entries);
	long memory[3];

	read_memory(process, memory);
	words[0] = 1;
	for (unsigned i = 0; i < 3; i++)
		words[1 + i] = (uint64_t)(memory[i] - (i == 0 && processes[process].reaped ? 0 : base[i]));
	leave_out_unobserved(process, &words[1], &words[3]);
	if (pread(processes[process].pagemap, entries, size, (off_t)(FIRST_ADDRESS / PAGE * sizeof(*entries))) != (ssize_t)size)
		die("pread of pagemap");
	for (unsigned i = 0; i < shared->address_count; i++) {
		uint64_t *word = words + OF_PROCESS + OF_ADDRESS * i;

		word[0] = entries[i];
		if (!has_page(entries[i]))
			continue;
		uint64_t frame = frame_of(entries[i]);
		word[1] = of_page(page_counts, frame);
		word[2] = of_page(page_flags, frame) & SHOWN_FLAGS;
	}
}

static void see_devices(uint64_t *words)
{
	uint8_t permissions[MAX_ADDRESSES];

	for (unsigned device = 0; device < shared->device_count; device++) {
		snapshot(device, permissions);
		for (unsigned i = 0; i < shared->address_count; i++)
			words[device * shared->address_count + i] = permissions[i] | (uint64_t)is_exclusive(device, i) << 8;
	}
}

static unsigned see(void)
{
	unsigned stride = OF_PROCESS + OF_ADDRESS * shared->address_count;
	unsigned of_processes = stride * shared->process_count;

	memset(current, 0, sizeof(current));
	for (unsigned process = 0; process < shared->process_count; process++)
		if (is_running(process))
			see_process(process, current + stride * process);
	/* Devices work in the memory of `app`. */
	if (is_running(APP))
		see_devices(current + of_processes);
	return of_processes + shared->device_count * shared->address_count;
}

void begin_observing(void)
{
	read_memory(APP, base);
	memset(previous, 0, sizeof(previous));
}

static void answer_changes(unsigned words)
{
	for (unsigned i = 0; i < words; i++)
		if (current[i] != previous[i])
			answer(" %u:%lx", i, current[i]);
	memcpy(previous, current, sizeof(previous));
}

void observe(void)
{
	answer_changes(see());
}

/* Pages get the numbers from 1 in the order of processes and addresses, and all slots of a swap area the number 0. */
static void number_pages(void)
{
	unsigned stride = OF_PROCESS + OF_ADDRESS * shared->address_count, known = 0;
	uint64_t frames[MAX_PROCESSES * MAX_ADDRESSES];

	for (unsigned i = 0; i < shared->process_count * shared->address_count; i++) {
		uint64_t *entry = current + stride * (i / shared->address_count) + OF_PROCESS +
				  OF_ADDRESS * (i % shared->address_count);
		unsigned shift = *entry & PRESENT ? 0 : TYPE_BITS;
		uint64_t mask = *entry & (PRESENT | SWAPPED) ? FRAME >> shift << shift : 0, number = 0;

		if (has_page(*entry)) {
			uint64_t frame = (*entry & mask) >> shift;

			for (number = 0; number < known && frames[number] != frame;)
				number++;
			if (number == known)
				frames[known++] = frame;
			number++;
		}
		*entry = (*entry & ~mask) | number << shift;
	}
}

void observe_alike(void)
{
	unsigned words = see();

	number_pages();
	answer_changes(words);
}

// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What user space sees of the memory. */
#include "program.h"

#include <fcntl.h>
#include <unistd.h>

static uint64_t word_of(const char *path, uint64_t index)
{
	int from = open(path, O_RDONLY);
	uint64_t word = 0;

	if (from >= 0 && pread(from, &word, sizeof(word), index * sizeof(word)) != sizeof(word))
		word = 0;
	if (from >= 0)
		close(from);
	return word;
}

static int bit(uint64_t word, int number)
{
	return word >> number & 1;
}

void observe(void)
{
	for (int area = 0; area < area_count; area++)
		for (int page = 0; page < areas[area].pages; page++) {
			uint64_t entry = word_of("/proc/self/pagemap", (uintptr_t)mapped[area] / PAGE + page);
			uint64_t number = entry & ((1ull << 55) - 1);
			bool present = bit(entry, 63);

			say("entry %s[%d] present=%d swap=%d stored=%d tracked=%d soft-dirty=%d armed=%d uffd-wp=%d device=%d "
			    "page=%llx mapcount=%lld flags=%llx",
			    areas[area].name, page, present, bit(entry, 62), stored[area][page], cleared, bit(entry, 55),
			    armed[area][page], bit(entry, 57), device_has(mapped[area] + page * PAGE),
			    present ? (unsigned long long)number : 0,
			    present ? (long long)word_of("/proc/kpagecount", number) : 0,
			    present ? (unsigned long long)word_of("/proc/kpageflags", number) : 0);
		}
}

/* Reads the pages, which can be the last thing that this process does. */
void compare_data(void)
{
	for (int area = 0; area < area_count; area++)
		for (int page = 0; page < areas[area].pages; page++) {
			struct operation load = { 0, LOAD, area, page, 1 };
			int value = perform(&load);

			if (written[area][page])
				say("data %s[%d] written=%d read=%d", areas[area].name, page, written[area][page], value);
		}
}

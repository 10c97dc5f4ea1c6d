// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the program does, as tables; schedule.c has them. */
#ifndef TABLES_H
#define TABLES_H

#include <stdbool.h>

enum backing { ANONYMOUS, PRIVATE_FILE };
enum action {
	LOAD, STORE, ATOMIC_ADD, MUNMAP, MADVISE_DONTNEED, MADVISE_FREE, MLOCK, MUNLOCK, MPROTECT_READ, MPROTECT_WRITE,
	CLEAR_REFS, TRUNCATE, KSM_MERGE, UFFD_WP, UFFD_RESOLVE, UPROBE_REPLACE, ATOMIC, DEVICE_LOAD, DEVICE_STORE,
};

struct area { const char *name; int pages; enum backing backing; bool writable; };
struct operation { int actor; enum action action; int area, first, count; };
/* A command of the module hold.c; `rest` is what follows the thread's name. `words` is for people. */
struct stop { const char *command, *thread, *rest, *words; };
/* The actor goes on until `stop`, or until it has ended `operations` operations if `stop` is -1. */
struct piece { int actor, operations, stop; };

#define MOST_AREAS 4
#define MOST_ACTORS 8

/* Each table ends with a row that is not counted. */
extern const char *const actor_names[];
extern const struct area areas[];
extern const struct operation setup[], operations[];
extern const struct stop stops[];
extern const struct piece pieces[];
extern const int actor_count, area_count, setup_count, operation_count, stop_count, piece_count;

#endif

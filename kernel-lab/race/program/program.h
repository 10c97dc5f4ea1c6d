// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the parts of the program share. */
#ifndef PROGRAM_H
#define PROGRAM_H

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>

#include "tables.h"

#define PAGE 4096l
/* Seconds. Longer than any operation takes under software emulation, and shorter than the module's own limit. */
#define PATIENCE 12.0

/* main.c */
extern FILE *out;
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says what failed and why, and ends the process. */
void fail(const char *what) __attribute__((noreturn));
double seconds(void);
bool put_text(const char *path, const char *text);
/* -1 if there is none. */
long get_number(const char *path);
void run_on(int cpu);
/* Asks the parent to take pages from the allocator, which checks them. */
void press(void);

/* memory.c: by area, and by page in each area */
extern char *mapped[MOST_AREAS];
extern int file[MOST_AREAS], device, uffd;
/* What was stored last; whether it was stored to since soft-dirty was cleared; whether writes are to be reported. */
extern unsigned char *written[MOST_AREAS], *stored[MOST_AREAS], *armed[MOST_AREAS];
/* Whether soft-dirty was ever cleared: before, all pages show as soft-dirty. */
extern bool cleared;
bool uses(enum action action);
void map_areas(void);
void put_breakpoint(void);
void prepare_memory(void);

/* operations.c */
extern volatile bool before_schedule;
/* 0 or a negative number: an errno, or the signal that an access ended in. A load returns the value. */
int perform(const struct operation *op);
/* Whether the device has the page mapped for atomic access. */
bool device_has(const void *address);
void catch_signals(void);

/* drive.c */
void run_schedule(void);

/* observe.c */
void observe(void);
void compare_data(void);

#endif

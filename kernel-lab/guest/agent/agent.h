/*
 * The only program of a guest: it runs the operations that the host asks for and answers with what user space can see.
 *
 * It is process 1 and stays apart from what is measured. `app` and its children are processes of their own. They wait
 * for commands in memory that all share, so that waiting changes nothing in their address spaces. Process 1 shares its
 * table of open files with `app` (CLONE_FILES). So it can use the files that `app` opens, although a device file of the
 * test driver or a userfaultfd belongs to the address space that opened it.
 *
 * All processes run on one CPU. Then each page that the kernel holds back in a batch of that CPU is on its list as soon
 * as one of them has drained the batches.
 */
#ifndef AGENT_H
#define AGENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	PAGE = 4096,
	PAGES_OF_PMD = 512,
	MAX_AREAS = 4,
	MAX_ADDRESSES = 8,
	MAX_PROCESSES = 4,
	MAX_DEVICES = 2,
	MAX_LANES = 3,
	LANE_STEPS = 2,
	APP = 0,
	/* Slots of threads: a second one of `app`, and those of process 1 that run what `app` cannot run itself. */
	COMPANION = MAX_PROCESSES,
	FIRST_RUNNER,
	MAX_SLOTS = FIRST_RUNNER + MAX_LANES,
	STUCK_SECONDS = 5,
};

/*
 * The areas follow each other without a gap, as the model has them. The test driver invalidates a page too many. The
 * first one begins where a PMD can map it.
 */
#define FIRST_ADDRESS 0x200000000000ul

static inline void *address(unsigned long index)
{
	return (void *)(FIRST_ADDRESS + index * PAGE);
}

struct area {
	/* Observed are `pages` of those that are mapped: all, unless a PMD can map the area. */
	unsigned first, pages, mapped;
	/* A hole is mapped only when another area is moved there. */
	bool writable, file, tmpfs, userfaultfd, async, hole;
	/* A write fault maps the area by a PMD. */
	bool huge;
};

/* Arguments: for most operations the process, the first address and the number of pages. See operations.c. */
struct step {
	unsigned operation;
	unsigned long args[4];
};

/* A step of a process ends with 0, with an errno below 0, or with the number of a signal plus SIGNALLED. */
#define SIGNALLED 1000
/* A process has not answered. */
#define STUCK 2000

struct slot {
	/* The futex on which both sides wait. */
	_Atomic uint32_t turn;
	struct step step;
	long result;
};

enum turn { IDLE, ASKED, ANSWERED };

/* What one thread runs while others run theirs. */
struct lane {
	/* The slot of the thread that runs the steps of a process. */
	unsigned thread, count;
	struct step steps[LANE_STEPS];
	long results[LANE_STEPS];
	/* How long it waits after all lanes have met. */
	unsigned pause;
};

/* Memory that process 1, `app` and its children share. */
struct shared {
	struct area areas[MAX_AREAS];
	unsigned area_count, address_count, process_count, device_count;
	struct slot slots[MAX_SLOTS];
	struct lane lanes[MAX_LANES];
	unsigned lane_count;
	_Atomic unsigned arrived;
	/* `app` has a second thread. */
	bool has_companion;
	/* What the last fork has made. */
	pid_t child;
	/* Files that `app` has opened. */
	int devices[MAX_DEVICES], userfaultfd;
	/* Whose write faults end the protection themselves; 0 if the kernel has no such thing. */
	int async_userfaultfd;
	/* Files for the areas: on ramfs, and on tmpfs. */
	int files[MAX_AREAS], tmpfs_files[MAX_AREAS];
	bool pinned[MAX_ADDRESSES];
	/* What is pinned for reading; NULL if nothing is. */
	void *read_pin;
	/* References that the pipes of a process have. */
	bool gotten[MAX_PROCESSES][MAX_ADDRESSES];
};

extern struct shared *shared;

/* agent.c */
void stay_on_cpu(unsigned cpu);
unsigned number(char **words, unsigned most);
struct step read_step(char *word);
void read_system(char **words);
void begin_program(void);
void end_program(bool stuck);
void answer_ending(long result);

/* together.c */
long run_lane(const unsigned long *args);
void run_together(char *line);

/* kernel.c */
void prepare_kernel(void);
void write_file(const char *path, const char *text);
void write_if_there(const char *path, const char *text);
long read_number(const char *path);
void mount_at(const char *type, const char *path);
void die(const char *what) __attribute__((noreturn));

/* swap.c: says what the swap area is on, `loop` or `zram` */
const char *prepare_swap(void);

/* processes.c */
struct process {
	pid_t pid;
	int pagemap, status;
	/* It is dying, held, and without its memory. */
	bool reaped;
};
extern struct process processes[MAX_PROCESSES];
void start_app(void);
/* Before a process is made, and afterwards: waits until it is ready. */
void expect(unsigned process);
void follow(unsigned process, pid_t pid);
bool is_running(unsigned process);
/* Has the process take the step, and waits. */
long ask(unsigned process, const struct step *step);
void ask_later(unsigned slot, const struct step *step);
/* STUCK if there is no answer. */
long answered(unsigned slot);
/* Runs an operation in this thread. */
long run_here(const struct step *step);
/* Waits for a process that ends, or kills it, and forgets it. */
void forget(unsigned process, bool kill_it);
void serve(unsigned process) __attribute__((noreturn));

/* operations.c */
struct operation {
	const char *name;
	/* Whether the process itself must run it; process 1 runs the others. */
	bool inside;
	long (*run)(const unsigned long *args);
};
extern const struct operation operations[];
enum { BEGIN, END, MERGEABLE, LANE, FIRST_NAMED };
/* The number of an operation; 0 if there is none with the name. */
unsigned find_operation(const char *name);
long run_step(const struct step *step);

/* memory.c: operations that the process runs itself */
long begin_areas(const unsigned long *args);
long end_areas(const unsigned long *args);
long load(const unsigned long *args);
long store(const unsigned long *args);
long atomic_add(const unsigned long *args);
long fork_child(const unsigned long *args);
long exit_process(const unsigned long *args);
long unmap(const unsigned long *args);
long move_area(const unsigned long *args);
long forbid_writing(const unsigned long *args);
long allow_writing(const unsigned long *args);
long lock_memory(const unsigned long *args);
long unlock_memory(const unsigned long *args);
long discard(const unsigned long *args);
long discard_lazily(const unsigned long *args);
long page_out(const unsigned long *args);
long make_mergeable(const unsigned long *args);
long collapse(const unsigned long *args);
void prepare_draining(void);
void drain_batches(void);

/* pins.c */
void open_rings(void);
long pin(const unsigned long *args);
long dma_store(const unsigned long *args);
/* Reads through a pin for writing, if there is one. */
long read_pinned(unsigned long index);
long unpin(const unsigned long *args);
void unpin_all(void);

/* read-pins.c */
void open_pin_test(void);
long pin_for_reading(const unsigned long *args);
long read_through_pin(void);
long unpin_read(void);

/* references.c */
void open_pipes(void);
long get(const unsigned long *args);
long put(const unsigned long *args);
void put_all(void);
long dma_load(const unsigned long *args);

/* outside.c: operations that process 1 runs on the memory of others */
void open_files(void);
int file_of(unsigned area);
long empty_file(unsigned area);
long clear_refs(const unsigned long *args);
long migrate(const unsigned long *args);
long truncate_file(const unsigned long *args);
long punch_hole(const unsigned long *args);
long merge_pages(const unsigned long *args);
long fail_memory(const unsigned long *args);
void repair_memory(void);

/* reap.c */
long oom_reap(const unsigned long *args);

/* devices.c */
enum { SNAPSHOT_ERROR = 0xff };
void open_devices(void);
long device_load(const unsigned long *args);
long device_store(const unsigned long *args);
long device_atomic(const unsigned long *args);
long migrate_to_device(const unsigned long *args);
long evict_from_device(const unsigned long *args);
void snapshot(unsigned device, uint8_t *permissions);
bool is_exclusive(unsigned device, unsigned address_index);

/* userfault.c */
void open_userfaultfd(void);
void start_handler(void);
void stop_handler(void);
void register_areas(void);
long write_protect(const unsigned long *args);
long resolve(const unsigned long *args);
long scan_pagemap(const unsigned long *args);
long move_page_to(const unsigned long *args);

/* observe.c */
void open_observers(void);
void answer_ready(const char *swap, const char *release);
/* Whether a device has a page of the first area of `app` exclusively. */
bool has_exclusive(void);
/* Whether a process maps a part of a large folio; or only of one that reclaim never splits: in the swap cache, or given up. */
bool has_part_of_folio(unsigned process, bool unsplit);
/* The frame of the page at an address, also if it is exclusive to a device; 0 if there is none or the zero page. */
uint64_t frame_at(unsigned process, unsigned index);
/* Before a step that swaps pages out, and after it: waits until the pages have been written. */
void note_pages(const unsigned long *args);
void await_written(void);
/* Before the first step of a program. */
void begin_observing(void);
/* Appends what has changed since the last observation to the answer. */
void observe(void);
/* The same with numbers of pages and swap slots that do not depend on which ones the kernel has taken. */
void observe_alike(void);

/* complaints.c */
void open_kernel_log(void);
void answer_complaints(void);

/* lines.c */
void open_lines(void);
char *read_line(void);
__attribute__((format(printf, 1, 2))) void answer(const char *format, ...);
/* The text ends with a zero byte, which does not count. */
void answer_text(const char *text, size_t length);
/* Answers go into the buffer from now on, or with NULL to the host again. */
void keep_answers(char *buffer, size_t size);
/* The host looks for answers. */
void ring_bell(void);

#endif

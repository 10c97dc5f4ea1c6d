/*
 * Runs steps of several threads at the same time, many times over, and counts how this ends. Each thread has a CPU of
 * its own, and the module delay.ko holds it up at random places of the kernel.
 */
#include "agent.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* delay.c knows the threads to delay by this name. */
#define DELAYED_NAME "lane"

static uint64_t random_state;

/* Marsaglia, "Xorshift RNGs", 2003. */
static uint64_t draw(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

static void meet(const struct lane *lane)
{
	atomic_fetch_add(&shared->arrived, 1);
	while (atomic_load(&shared->arrived) < shared->lane_count)
		__builtin_ia32_pause();
	for (volatile unsigned i = 0; i < lane->pause; i++)
		;
}

/* In the thread that runs the lane. Argument: the number of the lane. */
long run_lane(const unsigned long *args)
{
	struct lane *lane = &shared->lanes[args[0]];
	bool outside = args[1];

	stay_on_cpu(1 + (unsigned)args[0]);
	prctl(PR_SET_NAME, DELAYED_NAME);
	meet(lane);
	for (unsigned i = 0; i < lane->count; i++) {
		/* A copy for the child of a fork, as in serve(). */
		struct step step = lane->steps[i];

		lane->results[i] = outside && operations[step.operation].inside ? ask(lane->thread, &step) : run_here(&step);
	}
	/* What this CPU holds back. */
	drain_batches();
	prctl(PR_SET_NAME, "idle");
	stay_on_cpu(0);
	return 0;
}

static void *be_runner(void *slot)
{
	serve((unsigned)(uintptr_t)slot);
}

/* Once, before the first of such programs. */
static void prepare(void)
{
	if (shared->has_companion)
		return;
	shared->has_companion = true;
	forget(APP, true);
	start_app();
	for (uintptr_t slot = FIRST_RUNNER; slot < MAX_SLOTS; slot++) {
		pthread_t runner;

		expect((unsigned)slot);
		if (pthread_create(&runner, NULL, be_runner, (void *)slot) || answered((unsigned)slot) == STUCK)
			die("pthread_create");
	}
}

/* Whether process 1 has to run the lane, because not all of its steps are those of a process. */
static bool runs_outside(const struct lane *lane)
{
	for (unsigned i = 0; i < lane->count; i++)
		if (!operations[lane->steps[i].operation].inside)
			return true;
	return false;
}

static bool ends_in_exit(const struct lane *lane)
{
	return operations[lane->steps[lane->count - 1].operation].run == exit_process;
}

static bool forks(const struct step *step)
{
	return operations[step->operation].run == fork_child;
}

static void finish_lane(struct lane *lane, unsigned slot)
{
	if (slot < FIRST_RUNNER && ends_in_exit(lane))
		forget(lane->thread, false);
	else if (answered(slot) == STUCK)
		die("a lane does not end");
	for (unsigned i = 0; i < lane->count; i++)
		if (forks(&lane->steps[i]) && lane->results[i] == 0)
			follow((unsigned)lane->steps[i].args[1], shared->child);
}

static void run_lanes(void)
{
	unsigned slots[MAX_LANES];

	atomic_store(&shared->arrived, 0);
	for (unsigned i = 0; i < shared->lane_count; i++) {
		struct lane *lane = &shared->lanes[i];
		bool outside = runs_outside(lane);

		memset(lane->results, 0, sizeof(lane->results));
		for (unsigned k = 0; k < lane->count; k++)
			if (forks(&lane->steps[k]))
				expect((unsigned)lane->steps[k].args[1]);
		/* From nothing to about as long as an operation takes, shorter ones more often. */
		lane->pause = (unsigned)draw(1ul << draw(16));
		slots[i] = outside ? FIRST_RUNNER + i : lane->thread;
		ask_later(slots[i], &(struct step){ LANE, { i, outside } });
	}
	for (unsigned i = 0; i < shared->lane_count; i++)
		finish_lane(&shared->lanes[i], slots[i]);
}

/* Different answers, and how often each was given. */
enum { MAX_ENDS = 512 };
static struct end {
	char *text;
	unsigned count;
} ends[MAX_ENDS];
static unsigned end_count;

static void count_end(const char *text)
{
	for (unsigned i = 0; i < end_count; i++)
		if (strcmp(ends[i].text, text) == 0) {
			ends[i].count++;
			return;
		}
	if (end_count < MAX_ENDS)
		ends[end_count++] = (struct end){ strdup(text), 1 };
}

static void answer_ends(void)
{
	for (unsigned i = 0; i < end_count; i++) {
		answer("times %u\n", ends[i].count);
		answer_text(ends[i].text, strlen(ends[i].text));
		free(ends[i].text);
	}
	end_count = 0;
}

static unsigned read_lanes(char *lines[], unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct lane *lane = &shared->lanes[i];
		char *word;

		lane->thread = number(&lines[i], COMPANION);
		for (lane->count = 0; (word = strsep(&lines[i], " "));)
			if (*word)
				lane->steps[lane->count++] = read_step(word);
	}
	return count;
}

static void set_delay(const char *name, long value)
{
	char path[64], text[32];

	snprintf(path, sizeof(path), "/sys/module/delay/parameters/%s", name);
	snprintf(text, sizeof(text), "%ld", value);
	write_if_there(path, text);
}

/* Every second time one lane is held up once, for longer than an operation takes. actors/delay.c has the rest. */
static void set_delays(void)
{
	/* None, short ones, long ones: in microseconds. */
	static const unsigned most[] = { 0, 10, 50, 200 };
	enum { LONGEST_HOLD = 2000, MOST_FUNCTIONS = 8 };
	bool holds = draw(2);

	set_delay("most", most[draw(4)]);
	set_delay("hold_cpu", holds ? 1 + (long)draw(shared->lane_count) : -1);
	set_delay("hold_at", 1 + (long)draw(1ul << (1 + draw(MOST_FUNCTIONS))));
	set_delay("hold_for", (long)draw(LONGEST_HOLD));
	set_delay("seed", (long)draw(1u << 31));
}

static bool run_prefix(const struct step *steps, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (run_step(&steps[i]) == STUCK)
			return false;
	return true;
}

static void run_once(const struct step *steps, unsigned count)
{
	static char text[1 << 16];
	bool stuck;

	*text = 0;
	keep_answers(text, sizeof(text));
	begin_program();
	stuck = !run_prefix(steps, count);
	if (!stuck) {
		run_lanes();
		answer_complaints();
		for (unsigned i = 0; i < shared->lane_count; i++)
			for (unsigned k = 0; k < shared->lanes[i].count; k++) {
				answer(i + k == 0 ? "" : k ? "," : " ");
				answer_ending(shared->lanes[i].results[k]);
			}
		observe_alike();
		answer("\n");
	}
	end_program(stuck);
	answer_complaints();
	keep_answers(NULL, 0);
	count_end(text);
}

/* ID REPETITIONS SEED AREAS PROCESSES DEVICES STEP... | THREAD STEP... | THREAD STEP... */
void run_together(char *line)
{
	enum { MOST_STEPS = 16 };
	char *id = strsep(&line, " "), *word, *parts[1 + MAX_LANES];
	unsigned repetitions = number(&line, 1000000), count = 0, part_count = 0;
	struct step steps[MOST_STEPS];

	random_state = 1 + number(&line, 1u << 31);
	read_system(&line);
	prepare();
	while (line && part_count < 1 + MAX_LANES)
		parts[part_count++] = strsep(&line, "|");
	while ((word = strsep(&parts[0], " ")))
		if (*word && count < MOST_STEPS)
			steps[count++] = read_step(word);
	for (unsigned i = 1; i < part_count; i++)
		parts[i] += *parts[i] == ' ';
	shared->lane_count = read_lanes(parts + 1, part_count - 1);
	for (unsigned i = 0; i < repetitions; i++) {
		set_delays();
		run_once(steps, count);
	}
	answer_ends();
	answer("end %s\n", id);
	ring_bell();
}

// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Drives the actors through the schedule, with the module hold.c. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int hold = -1;
/* By actor: how many operations it may begin, how many it has ended, and the stop where it is held, or -1. */
static volatile int allowed[MOST_ACTORS], ended[MOST_ACTORS], held_by[MOST_ACTORS], thread_id[MOST_ACTORS];

static void *run_actor(void *argument)
{
	int actor = (int)(intptr_t)argument, done = 0;
	char name[16];

	snprintf(name, sizeof(name), "%s", actor_names[actor]);
	prctl(PR_SET_NAME, name);
	run_on(1);
	thread_id[actor] = syscall(SYS_gettid);
	for (int pass = 0; pass < 2; pass++) {
		const struct operation *list = pass == 0 ? setup : operations;

		for (int i = 0; i < (pass == 0 ? setup_count : operation_count); i++) {
			if (list[i].actor != actor)
				continue;
			while (allowed[actor] <= done)
				usleep(500);
			int result = perform(&list[i]);
			say("ended %s %d %d", actor_names[actor], done, result);
			ended[actor] = ++done;
		}
	}
	return NULL;
}

static const char *state_of(int stop, char *text, size_t size)
{
	ssize_t length = pread(hold, text, size - 1, 0);
	char key[16], *line;

	text[length > 0 ? length : 0] = '\0';
	snprintf(key, sizeof(key), "%d ", stop);
	for (line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			return line + strlen(key);
	return "";
}

static bool is_in_state(int stop, const char *state)
{
	char text[1024];

	return strncmp(state_of(stop, text, sizeof(text)), state, strlen(state)) == 0;
}

static void tell_module(const char *format, ...)
{
	char command[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	if (write(hold, command, strlen(command)) < 0) {
		say("failed command \"%s\": %s", command, strerror(errno));
		_exit(1);
	}
}

static void show_file(const char *what, int actor, const char *name)
{
	char path[64], line[256];
	FILE *from;

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", thread_id[actor], name);
	from = fopen(path, "r");
	while (from && fgets(line, sizeof(line), from)) {
		line[strcspn(line, "\n")] = '\0';
		say("%s %s %s", what, actor_names[actor], line);
	}
	if (from)
		fclose(from);
}

/*
 * Whether the actor has come to its stop, or has ended its operations if it has none. The last stop is only there to look
 * at what has happened before: the actor may also miss it.
 */
static bool drive(int index, const struct piece *piece)
{
	int actor = piece->actor;
	double start = seconds();

	if (piece->stop >= 0)
		tell_module("%s %d %s %s", stops[piece->stop].command, piece->stop, stops[piece->stop].thread,
			    stops[piece->stop].rest);
	if (held_by[actor] >= 0)
		tell_module("release %d", held_by[actor]);
	held_by[actor] = -1;
	allowed[actor] = piece->operations;
	for (;;) {
		if (piece->stop >= 0 && is_in_state(piece->stop, "held")) {
			held_by[actor] = piece->stop;
			say("held %d %s %s", index, actor_names[actor], stops[piece->stop].words);
			return true;
		}
		if (ended[actor] >= piece->operations) {
			bool may_end = piece->stop < 0 || index == piece_count - 1;

			say("%s %d %s", may_end ? "done" : "missed", index, actor_names[actor]);
			return may_end;
		}
		if (seconds() - start > PATIENCE) {
			say("stuck %d %s", index, actor_names[actor]);
			show_file("waits", actor, "stack");
			return false;
		}
		usleep(500);
	}
}

static void let_all_end(void)
{
	double start = seconds();

	for (int stop = 0; stop < stop_count; stop++)
		tell_module("release %d", stop);
	for (int actor = 0; actor < actor_count; actor++) {
		while (ended[actor] < allowed[actor] && seconds() - start < PATIENCE)
			usleep(500);
		if (ended[actor] < allowed[actor]) {
			say("stuck %d %s", piece_count, actor_names[actor]);
			show_file("waits", actor, "stack");
		}
	}
}

void run_schedule(void)
{
	pthread_t threads[MOST_ACTORS];
	bool on_path = true;

	prctl(PR_SET_NAME, "controller");
	run_on(0);
	/* From here on this thread must not need the mmap lock, which a held thread may have: its heap never grows. */
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	free(malloc(1 << 16));
	catch_signals();
	prepare_memory();
	hold = open("/dev/hold", O_RDWR);
	if (hold < 0)
		fail("/dev/hold");
	for (int actor = 0; actor < actor_count; actor++) {
		held_by[actor] = -1;
		pthread_create(&threads[actor], NULL, run_actor, (void *)(intptr_t)actor);
	}
	for (int i = 0; i < setup_count; i++) {
		int actor = setup[i].actor, end = ++allowed[actor];

		while (ended[actor] < end)
			usleep(500);
	}
	before_schedule = false;
	say("start");
	observe();
	for (int i = 0; i < piece_count; i++)
		on_path = drive(i, &pieces[i]) && on_path;
	say(on_path ? "reached the end of the schedule" : "left the schedule");
	press();
	let_all_end();
	observe();
	press();
	compare_data();
}

/*
 * The channel to the host. The text goes through memory that the host maps too (QEMU's ivshmem), in two rings. The
 * serial line only says that something is there: each of its bytes costs as much as a step. exchange.ts is the host's
 * side.
 */
#include "agent.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

enum { RING = 1 << 20, LONGEST = 1 << 16 };

/* The counters are bytes since the start, modulo 2^32. */
static struct exchange {
	_Atomic uint32_t answered, heard, asked;
	char unused[RING - 3 * sizeof(uint32_t)];
	char answers[RING], questions[RING];
} *exchange;

static int bell;
static uint32_t read_so_far;

void open_lines(void)
{
	struct termios mode;
	/* boot.ts puts the device into this slot; resource2 is its memory. */
	int device = open("/sys/bus/pci/devices/0000:00:10.0/resource2", O_RDWR | O_CLOEXEC);

	exchange = mmap(NULL, sizeof(*exchange), PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
	if (device < 0 || exchange == MAP_FAILED)
		die("the memory of the host");
	bell = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (bell < 0 || tcgetattr(bell, &mode))
		die("open /dev/ttyS1");
	cfmakeraw(&mode);
	if (tcsetattr(bell, TCSANOW, &mode))
		die("tcsetattr");
}

char *read_line(void)
{
	static char line[LONGEST];
	char rung[64];

	while (atomic_load(&exchange->asked) == read_so_far)
		if (read(bell, rung, sizeof(rung)) <= 0)
			die("read from the host");
	for (unsigned i = 0; i < LONGEST; i++) {
		line[i] = exchange->questions[read_so_far++ % RING];
		if (line[i] == '\n') {
			line[i] = 0;
			return line;
		}
	}
	die("a line from the host is too long");
}

/* Where answers go instead of to the host; NULL if they go to the host. */
static char *kept;
static size_t kept_size, kept_length;

void keep_answers(char *buffer, size_t size)
{
	kept = buffer;
	kept_size = size;
	kept_length = 0;
}

void answer_text(const char *text, size_t length)
{
	if (kept) {
		if (length >= kept_size - kept_length)
			die("an answer is too long to keep");
		memcpy(kept + kept_length, text, length + 1);
		kept_length += length;
		return;
	}
	uint32_t at = atomic_load(&exchange->answered);
	while (at + (uint32_t)length - atomic_load(&exchange->heard) > RING) {
		ring_bell();
		usleep(1000);
	}
	for (size_t i = 0; i < length; i++)
		exchange->answers[(at + (uint32_t)i) % RING] = text[i];
	/* The host has the text even if the next step ends the kernel. */
	atomic_store(&exchange->answered, at + (uint32_t)length);
}

void answer(const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	int length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(text))
		die("an answer is too long");
	answer_text(text, (size_t)length);
}

void ring_bell(void)
{
	if (write(bell, "\n", 1) != 1)
		die("write to the host");
}

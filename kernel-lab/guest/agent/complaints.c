/* What the kernel writes to its log when something is wrong. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int kernel_log;

/*
 * The first line of each kind of complaint begins with one of these, or has it after a prefix. What follows it is in the
 * console. "FAULT_FLAG_ALLOW_RETRY missing" is not one of them: DEBUG_VM says so whenever the driver's fault meets
 * userfaultfd, and the step's ending shows the same.
 */
static const char *const signs[] = {
	"WARNING:", "BUG:", "kernel BUG at", "Bad rss-counter", "corruption", "non-zero pgtables", "general protection fault",
};

void open_kernel_log(void)
{
	kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kernel_log < 0 || lseek(kernel_log, 0, SEEK_END) < 0)
		die("/dev/kmsg");
}

/* arch/x86/mm/fault.c, do_sigbus(): an access to a page whose memory has failed. The step's ending shows the same. */
static const char expected[] = "MCE: Killing ";

static bool complains(const char *text)
{
	if (strstr(text, expected))
		return false;
	for (unsigned i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (strstr(text, signs[i]))
			return true;
	return false;
}

/* One read is one record: its numbers, a semicolon, the text, and on further lines its properties. */
void answer_complaints(void)
{
	char record[2048];
	ssize_t length;

	while ((length = read(kernel_log, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (length <= 0)
			continue;
		record[length] = 0;
		char *text = strchr(record, ';');
		if (!text)
			continue;
		text[strcspn(text, "\n")] = 0;
		if (complains(text))
			answer("! %s\n", text + 1);
	}
}

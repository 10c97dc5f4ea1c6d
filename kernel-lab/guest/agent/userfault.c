/* Write protection by userfaultfd, and the handler that resolves each write fault at once. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_t handler;
static bool handling;

/* A userfaultfd serves the address space of the process that makes it. */
void open_userfaultfd(void)
{
	struct uffdio_api api = { .api = UFFD_API };

	shared->userfaultfd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (shared->userfaultfd < 0 || ioctl(shared->userfaultfd, UFFDIO_API, &api))
		die("userfaultfd");
}

static long change_protection(uint64_t begin, uint64_t length, uint64_t mode)
{
	struct uffdio_writeprotect change = { .range = { begin, length }, .mode = mode };

	return ioctl(shared->userfaultfd, UFFDIO_WRITEPROTECT, &change) ? -errno : 0;
}

long write_protect(const unsigned long *args)
{
	return change_protection((uint64_t)address(args[1]), args[2] * PAGE, UFFDIO_WRITEPROTECT_MODE_WP);
}

long resolve(const unsigned long *args)
{
	return change_protection((uint64_t)address(args[1]), args[2] * PAGE, 0);
}

/* A thread of process 1: `app` stays a process with one thread, and a device's fault is answered as well. */
static void *handle(void *unused)
{
	struct uffd_msg message;

	(void)unused;
	while (read(shared->userfaultfd, &message, sizeof(message)) == sizeof(message))
		if (message.event == UFFD_EVENT_PAGEFAULT)
			change_protection(message.arg.pagefault.address & ~(PAGE - 1ull), PAGE, 0);
	return NULL;
}

void start_handler(void)
{
	if (pthread_create(&handler, NULL, handle, NULL))
		die("pthread_create");
	handling = true;
}

void stop_handler(void)
{
	if (!handling)
		return;
	pthread_cancel(handler);
	pthread_join(handler, NULL);
	handling = false;
}

void register_areas(void)
{
	for (unsigned i = 0; i < shared->area_count; i++) {
		const struct area *area = &shared->areas[i];
		struct uffdio_register range = {
			.range = { (uint64_t)address(area->first), area->pages * PAGE },
			.mode = UFFDIO_REGISTER_MODE_WP,
		};

		if (area->userfaultfd && ioctl(shared->userfaultfd, UFFDIO_REGISTER, &range))
			die("UFFDIO_REGISTER");
	}
}

/* Brings the kernel into a state in which only the operations of a program change memory. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The end of process 1 is a panic, and its console is what the host shows. */
void die(const char *what)
{
	int console = open("/dev/console", O_WRONLY);

	dprintf(console, "agent: %s: %s\n", what, strerror(errno));
	exit(1);
}

void write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		die(path);
	close(file);
}

/* Of a setting that only some kernels have. */
void write_if_there(const char *path, const char *text)
{
	if (access(path, F_OK) == 0)
		write_file(path, text);
}

long read_number(const char *path)
{
	char text[32] = "";
	int file = open(path, O_RDONLY);

	if (file < 0 || read(file, text, sizeof(text) - 1) < 0)
		die(path);
	close(file);
	return atol(text);
}

void mount_at(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL) && errno != EBUSY)
		die(path);
}

static void load_module(const char *path)
{
	int file = open(path, O_RDONLY);

	if (file < 0 || syscall(SYS_finit_module, file, "", 0))
		die(path);
	close(file);
}

/*
 * khugepaged looks at one PMD, and then sleeps for ever. But it wakes up if a process is the first that it has to look
 * at, and the processes of programs come and go. So process 1 has such memory too, and keeps it.
 */
static void put_khugepaged_to_sleep(void)
{
	size_t size = 2ul * PAGES_OF_PMD * PAGE;
	void *memory;

	write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/pages_to_scan", "1");
	write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "4294967295");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || madvise(memory, size, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
}

void prepare_kernel(void)
{
	mount_at("devtmpfs", "/dev");
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("debugfs", "/sys/kernel/debug");
	/* Its pages are not swap-backed, like those of a disk's files, and unlike those of tmpfs. */
	mount_at("ramfs", "/files");
	load_module("/test_hmm.ko");
	/* Only a guest with lanes has it. */
	if (access("/delay.ko", F_OK) == 0)
		load_module("/delay.ko");
	write_file("/proc/sys/kernel/printk_ratelimit", "0");
	write_file("/proc/sys/vm/overcommit_memory", "1");
	/* One page for each swap-in and each fault of a file. */
	write_file("/proc/sys/vm/page-cluster", "0");
	write_file("/sys/kernel/debug/fault_around_bytes", "4096");
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	put_khugepaged_to_sleep();
	write_file("/sys/kernel/mm/ksm/run", "0");
	write_file("/sys/kernel/mm/ksm/sleep_millisecs", "0");
	write_file("/sys/kernel/mm/ksm/pages_to_scan", "1000");
	write_if_there("/sys/kernel/mm/ksm/smart_scan", "0");
}

// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Holds a thread at an instruction of the kernel until user space releases it.
 *
 * A command is written to /dev/hold in one write:
 *
 *   arm NUMBER COMM NTH sleep|spin SYMBOL+0xOFFSET...
 *       holds the thread called COMM when it comes to one of the places for the NTH time
 *   split NUMBER COMM NTH sleep|spin REGISTER OFFSET MASK LENGTH SYMBOL+0xOFFSET
 *       the place is an instruction of LENGTH bytes without a lock prefix that sets the bits MASK in the word at
 *       REGISTER + OFFSET. The thread loads the word, is held, and then stores the word with the bits set, as another
 *       processor may see that instruction happen
 *   release NUMBER
 *
 * Reading gives a line for each hold: its number, its state, and how often its thread came by. A thread goes on by
 * itself after the time limit, and its hold's state is then `late`.
 *
 * The handler of a kprobe must not sleep. So it sends the thread to hold_stub(), which saves all registers, waits, and
 * goes back to the place. There the thread meets the breakpoint again, and this time it may pass. Interrupts and
 * preemption are as they are at the place, so the processor can do other work. `spin` is for places under a spinlock.
 */
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define MOST_HOLDS 16
#define MOST_PLACES 4

static unsigned int seconds = 20;
module_param(seconds, uint, 0644);
MODULE_PARM_DESC(seconds, "time limit after which a held thread goes on by itself");

enum state { FREE, ARMED, STOPPING, HELD, PASSING, PASSED };
static const char *const state_names[] = { "free", "armed", "armed", "held", "passed", "passed" };

struct hold;
struct place {
	struct kprobe probe;
	char symbol[KSYM_NAME_LEN];
	struct hold *hold;
	bool registered;
};

struct hold {
	struct place places[MOST_PLACES];
	struct place *at;
	char comm[TASK_COMM_LEN];
	unsigned int nth, hits;
	enum state state;
	bool spin, released, late, splits;
	int reg, offset, length;
	unsigned long mask;
	struct task_struct *task;
};

static struct hold holds[MOST_HOLDS];
static DECLARE_WAIT_QUEUE_HEAD(releases);
static DEFINE_MUTEX(commands);

/* What hold_stub() has pushed; the last pushed register is the first here. */
struct frame {
	unsigned long regs[15];
	unsigned long flags;
	unsigned long back;
};

static const char *const register_names[15] = {
	"r15", "r14", "r13", "r12", "r11", "r10", "r9", "r8", "rbp", "rdi", "rsi", "rdx", "rcx", "rbx", "rax",
};

asmlinkage void hold_stub(void);
asmlinkage __visible void hold_wait(struct frame *frame);

/* The kernel keeps nothing below its stack pointer, so the stub can push there. */
asm(".text\n"
    ".globl hold_stub\n"
    ".type hold_stub, @function\n"
    "hold_stub:\n"
    "	pushq $0\n"
    "	pushfq\n"
    "	pushq %rax\n pushq %rbx\n pushq %rcx\n pushq %rdx\n pushq %rsi\n pushq %rdi\n pushq %rbp\n"
    "	pushq %r8\n pushq %r9\n pushq %r10\n pushq %r11\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
    "	cld\n"
    "	movq %rsp, %rdi\n"
    "	movq %rsp, %rbx\n"
    "	andq $-16, %rsp\n"
    "	call hold_wait\n"
    "	movq %rbx, %rsp\n"
    "	popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %r11\n popq %r10\n popq %r9\n popq %r8\n"
    "	popq %rbp\n popq %rdi\n popq %rsi\n popq %rdx\n popq %rcx\n popq %rbx\n popq %rax\n"
    "	popfq\n"
    "	ret\n"
    "	int3\n"
    ".size hold_stub, .-hold_stub\n");

static void wait_for_release(struct hold *hold)
{
	unsigned long limit = seconds * HZ, end = jiffies + limit;

	WRITE_ONCE(hold->state, HELD);
	if (hold->spin)
		while (!READ_ONCE(hold->released) && time_before(jiffies, end))
			cpu_relax();
	else
		wait_event_timeout(releases, READ_ONCE(hold->released), limit);
	if (!READ_ONCE(hold->released))
		WRITE_ONCE(hold->late, true);
}

void hold_wait(struct frame *frame)
{
	struct hold *hold = holds;

	while (READ_ONCE(hold->state) != STOPPING || hold->task != current)
		hold++;
	frame->back = (unsigned long)hold->at->probe.addr;
	if (hold->splits) {
		unsigned long *word = (unsigned long *)(frame->regs[hold->reg] + hold->offset);
		unsigned long value = READ_ONCE(*word);

		wait_for_release(hold);
		WRITE_ONCE(*word, value | hold->mask);
		frame->back += hold->length;
		WRITE_ONCE(hold->state, PASSED);
	} else {
		wait_for_release(hold);
		WRITE_ONCE(hold->state, PASSING);
	}
}

static int on_place(struct kprobe *probe, struct pt_regs *regs)
{
	struct place *place = container_of(probe, struct place, probe);
	struct hold *hold = place->hold;

	if (READ_ONCE(hold->state) == PASSING && hold->task == current) {
		WRITE_ONCE(hold->state, PASSED);
		return 0;
	}
	if (READ_ONCE(hold->state) != ARMED || strncmp(current->comm, hold->comm, TASK_COMM_LEN) != 0)
		return 0;
	if (++hold->hits < hold->nth)
		return 0;
	hold->task = current;
	hold->at = place;
	WRITE_ONCE(hold->state, STOPPING);
	regs->ip = (unsigned long)hold_stub;
	return 1;
}
NOKPROBE_SYMBOL(on_place);

/* Only a probe without this function may be replaced by a jump, from which a handler cannot send a thread elsewhere. */
static void after_place(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}
NOKPROBE_SYMBOL(after_place);

static void forget(struct hold *hold)
{
	int i;

	for (i = 0; i < MOST_PLACES; i++)
		if (hold->places[i].registered)
			unregister_kprobe(&hold->places[i].probe);
	memset(hold, 0, sizeof(*hold));
}

static int add_place(struct hold *hold, const char *text)
{
	struct place *place = hold->places;
	const char *plus = strrchr(text, '+');
	unsigned int offset;
	int error;

	while (place < hold->places + MOST_PLACES && place->registered)
		place++;
	if (place == hold->places + MOST_PLACES)
		return -ENOSPC;
	if (!plus || plus == text || plus - text >= sizeof(place->symbol) || kstrtouint(plus + 1, 0, &offset))
		return -EINVAL;
	memcpy(place->symbol, text, plus - text);
	place->symbol[plus - text] = '\0';
	place->hold = hold;
	place->probe = (struct kprobe){
		.symbol_name = place->symbol,
		.offset = offset,
		.pre_handler = on_place,
		.post_handler = after_place,
	};
	error = register_kprobe(&place->probe);
	place->registered = error == 0;
	return error;
}

static int next_number(char **rest, int *number)
{
	char *word = strsep(rest, " \n");

	return word && kstrtoint(word, 0, number) == 0 ? 0 : -EINVAL;
}

static int read_split(struct hold *hold, char **rest)
{
	char *name = strsep(rest, " \n");
	int mask;

	hold->reg = name ? match_string(register_names, ARRAY_SIZE(register_names), name) : -EINVAL;
	if (hold->reg < 0 || next_number(rest, &hold->offset) || next_number(rest, &mask) ||
	    next_number(rest, &hold->length))
		return -EINVAL;
	hold->mask = mask;
	hold->splits = true;
	return 0;
}

static int arm(struct hold *hold, bool splits, char *rest)
{
	char *comm, *mode, *place;
	int nth, error;

	if (READ_ONCE(hold->state) == STOPPING || READ_ONCE(hold->state) == HELD || READ_ONCE(hold->state) == PASSING)
		return -EBUSY;
	forget(hold);
	comm = strsep(&rest, " \n");
	if (!comm || next_number(&rest, &nth))
		return -EINVAL;
	mode = strsep(&rest, " \n");
	if (!mode || (strcmp(mode, "sleep") != 0 && strcmp(mode, "spin") != 0))
		return -EINVAL;
	strscpy(hold->comm, comm, sizeof(hold->comm));
	hold->nth = nth;
	hold->spin = strcmp(mode, "spin") == 0;
	if (splits && read_split(hold, &rest))
		return -EINVAL;
	while ((place = strsep(&rest, " \n")) != NULL) {
		error = *place ? add_place(hold, place) : 0;
		if (error) {
			forget(hold);
			return error;
		}
	}
	WRITE_ONCE(hold->state, ARMED);
	return 0;
}

static void release(struct hold *hold)
{
	WRITE_ONCE(hold->released, true);
	wake_up_all(&releases);
}

static ssize_t hold_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	char *text = memdup_user_nul(from, size), *rest = text, *command;
	int number, error = -EINVAL;

	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&commands);
	command = strsep(&rest, " \n");
	if (next_number(&rest, &number) == 0 && number >= 0 && number < MOST_HOLDS) {
		error = 0;
		if (strcmp(command, "release") == 0)
			release(&holds[number]);
		else if (strcmp(command, "arm") == 0 || strcmp(command, "split") == 0)
			error = arm(&holds[number], *command == 's', rest);
		else
			error = -EINVAL;
	}
	mutex_unlock(&commands);
	kfree(text);
	return error ? error : size;
}

static ssize_t hold_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
	char text[MOST_HOLDS * 32];
	int i, length = 0;

	for (i = 0; i < MOST_HOLDS; i++) {
		struct hold *hold = &holds[i];
		const char *name = READ_ONCE(hold->late) ? "late" : state_names[READ_ONCE(hold->state)];

		if (READ_ONCE(hold->state) != FREE)
			length += scnprintf(text + length, sizeof(text) - length, "%d %s %u\n", i, name, hold->hits);
	}
	return simple_read_from_buffer(to, size, at, text, length);
}

static const struct file_operations hold_operations = {
	.owner = THIS_MODULE,
	.read = hold_read,
	.write = hold_write,
};

static struct miscdevice hold_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hold",
	.fops = &hold_operations,
};

static int __init hold_init(void)
{
	return misc_register(&hold_device);
}

static void __exit hold_exit(void)
{
	int i;

	misc_deregister(&hold_device);
	for (i = 0; i < MOST_HOLDS; i++) {
		release(&holds[i]);
		while (READ_ONCE(holds[i].state) == STOPPING || READ_ONCE(holds[i].state) == HELD)
			schedule_timeout_uninterruptible(1);
		forget(&holds[i]);
	}
}

module_init(hold_init);
module_exit(hold_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Holds a thread at an instruction of the kernel until user space releases it");

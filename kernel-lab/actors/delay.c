// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Holds threads up for short random times at functions of the kernel, so that threads which run at the same time meet in
 * many ways. Only threads with the name "lane" are delayed. Each CPU draws numbers of its own from the seed.
 *
 * A random delay is rarely in the one place where it matters, and rarely long enough for another thread to do all that it
 * has to do. So the thread on one CPU can also be held up once, for longer.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>

static unsigned int most;
module_param(most, uint, 0644);
MODULE_PARM_DESC(most, "longest delay in microseconds; 0 for none");

static unsigned int one_in = 4;
module_param(one_in, uint, 0644);
MODULE_PARM_DESC(one_in, "a thread is delayed at one in so many functions on average");

static int hold_cpu = -1;
module_param(hold_cpu, int, 0644);
MODULE_PARM_DESC(hold_cpu, "the CPU on which a thread is held up once; -1 for none");

static unsigned int hold_at = 1;
module_param(hold_at, uint, 0644);
MODULE_PARM_DESC(hold_at, "there: at which function, counted since the seed was set");

static unsigned int hold_for = 1000;
module_param(hold_for, uint, 0644);
MODULE_PARM_DESC(hold_for, "for how many microseconds, at most 2000");

static DEFINE_PER_CPU(u32, state);
static DEFINE_PER_CPU(u32, met);

/* Marsaglia, "Xorshift RNGs", 2003. */
static u32 next(void)
{
	u32 value = this_cpu_read(state);

	value ^= value << 13;
	value ^= value >> 17;
	value ^= value << 5;
	this_cpu_write(state, value);
	return value;
}

static int set_seed(const char *text, const struct kernel_param *param)
{
	u32 seed;
	int cpu, error = kstrtouint(text, 0, &seed);

	if (error)
		return error;
	for_each_possible_cpu(cpu) {
		per_cpu(state, cpu) = (seed ^ (cpu + 1) * 0x9e3779b9u) | 1;
		per_cpu(met, cpu) = 0;
	}
	return 0;
}

static const struct kernel_param_ops seed_ops = { .set = set_seed };
module_param_cb(seed, &seed_ops, NULL, 0200);
MODULE_PARM_DESC(seed, "where the random numbers begin");

/* Where operations begin, look at entries, take locks, and tell others. A kernel may lack some, or have inlined them. */
static const char *const functions[] = {
	/* faults */
	"handle_mm_fault", "do_swap_page", "do_wp_page", "wp_page_copy", "wp_page_reuse", "do_fault", "finish_fault",
	"handle_userfault", "restore_exclusive_pte", "lock_vma_under_rcu",
	/* changes of entries */
	"unmap_page_range", "copy_page_range", "change_protection", "move_page_tables", "clear_refs_pte_range",
	"madvise_free_pte_range", "madvise_cold_or_pageout_pte_range", "uffd_wp_range", "unmap_mapping_range",
	"ptep_clear_flush", "flush_tlb_mm_range", "tlb_finish_mmu",
	/* the reverse map */
	"try_to_unmap_one", "try_to_migrate_one", "remove_migration_pte", "page_make_device_exclusive_one",
	"page_vma_mapped_walk", "rmap_walk", "folio_migrate_mapping", "shrink_folio_list", "add_to_swap", "swap_writepage",
	"folio_free_swap", "truncate_inode_folio",
	/* devices */
	"make_device_exclusive_range", "hmm_range_fault", "hmm_vma_walk_pmd", "mmu_interval_read_begin",
	"__mmu_notifier_invalidate_range_start", "__mmu_notifier_invalidate_range_end", "__get_user_pages",
	"follow_page_pte",
	/* locks and references */
	"_raw_spin_lock", "down_read", "down_write", "mutex_lock", "folio_trylock", "__folio_lock",
	"__folio_lock_or_retry", "folio_unlock", "__folio_put",
};
static struct kprobe probes[ARRAY_SIZE(functions)];

static int on_function(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int longest = READ_ONCE(most);

	if (strcmp(current->comm, "lane") != 0)
		return 0;
	if (this_cpu_inc_return(met) == READ_ONCE(hold_at) && smp_processor_id() == READ_ONCE(hold_cpu))
		udelay(min(READ_ONCE(hold_for), 2000u));
	else if (longest && next() % one_in == 0)
		udelay(next() % longest);
	return 0;
}
NOKPROBE_SYMBOL(on_function);

static int __init delay_init(void)
{
	int i, found = 0;

	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		probes[i].symbol_name = functions[i];
		probes[i].pre_handler = on_function;
		if (register_kprobe(&probes[i]) == 0)
			found++;
		else
			probes[i].symbol_name = NULL;
	}
	pr_info("delay: %d of %zu functions\n", found, ARRAY_SIZE(functions));
	return found ? 0 : -ENOENT;
}

static void __exit delay_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++)
		if (probes[i].symbol_name)
			unregister_kprobe(&probes[i]);
}

module_init(delay_init);
module_exit(delay_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Delays threads at random");

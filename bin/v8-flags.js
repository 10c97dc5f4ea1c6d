/** Flags of V8 that must be set before anything else is loaded. Benchmarks, tests and scripts set them here too. */
import v8 from "node:v8";

/**
 * V8 reports flags that it does not know, and its tiers and heaps differ between versions. So each flag names the versions
 * of Node that it was measured with.
 */
const flags = {
  // Most commands end before optimised code pays for its compilation, which took a fifth of the time of a small check. So
  // V8 optimises a function after it has run about four times as long as by default.
  optimiseLate: { flag: "--interrupt-budget=500000", versions: /^v20\./ },
  // The room for new objects stays as small as it begins. V8 would enlarge it while the model and its code are made, and
  // keep it. A small check takes longer without it.
  smallRoomForNewObjects: { flag: "--semi-space-growth-factor=1", versions: /^v(20|22|24)\./ },
};

/**
 * For a command with these arguments.
 *
 * @param {readonly string[]} args
 */
export function setFlags(args) {
  const chosen = savesMemory(args) ? [flags.optimiseLate, flags.smallRoomForNewObjects] : [flags.optimiseLate];
  for (const { flag, versions } of chosen) if (versions.test(process.version)) v8.setFlagsFromString(flag);
}

/**
 * Whether it names a store other than the usual one, as one does to save memory.
 *
 * @param {readonly string[]} args
 */
export function savesMemory(args) {
  return args.some((argument, position) => {
    const [name, store = args[position + 1]] = argument.split("=");
    return name === "--store" && store !== "exact";
  });
}

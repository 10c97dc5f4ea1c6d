/** The machine code of a built kernel, with the inlined functions that each instruction belongs to. */

export interface Instruction {
  /** From the beginning of the function, in bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
  /** As objdump writes it, for example `lock btsq $0x0,(%rbx)`; spaces are single. */
  readonly text: string;
  /** The function that it calls; undefined for other instructions and for calls through a pointer. */
  readonly calls: string | undefined;
  /** The functions that it belongs to according to the debug information, the innermost first. */
  readonly functions: readonly string[];
}

export interface MachineFunction {
  /** The symbol, which can have a suffix such as `.isra.0`. */
  readonly symbol: string;
  readonly instructions: readonly Instruction[];
}

export interface KernelCode {
  /** Undefined if the kernel has no function of this name, because it does not exist there or is inlined everywhere. */
  readonly functionNamed: (name: string) => MachineFunction | undefined;
}

/** A function's name without what compilers append to it. */
export function plainName(symbol: string): string {
  return symbol.replace(/\.(isra|constprop|part|cold)\b.*$/, "");
}

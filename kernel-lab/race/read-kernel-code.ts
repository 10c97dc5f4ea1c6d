/** Reads the code of a built kernel with nm, objdump and addr2line. */
import { spawnSync } from "node:child_process";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { reasonOf } from "../../src/files/system-errors.ts";
import { at } from "../../src/ir/lookup.ts";
import { type Instruction, type KernelCode, type MachineFunction, plainName } from "./kernel-code.ts";

interface Symbol {
  readonly name: string;
  readonly address: bigint;
  readonly size: bigint;
}

/**
 * `vmlinux` must have debug information (CONFIG_DEBUG_INFO, also reduced). `modules` are .ko files; their functions are
 * found if vmlinux has none of the name.
 */
export function readKernelCode(vmlinux: string, modules: readonly string[]): KernelCode {
  const files = [vmlinux, ...modules].map((file) => ({ file, symbols: symbolsIn(run("nm", ["--print-size", file])) }));
  const read = new Map<string, MachineFunction | undefined>();
  return {
    functionNamed(name) {
      if (!read.has(name)) {
        const found = files.find(({ symbols }) => symbols.has(name));
        const symbol = found?.symbols.get(name);
        read.set(name, found && symbol && functionIn(found.file, symbol));
      }
      return read.get(name);
    },
  };
}

/** The text of `nm --print-size`: functions by their plain names, and the part that is entered if there are several. */
export function symbolsIn(text: string): ReadonlyMap<string, Symbol> {
  const symbols = new Map<string, Symbol>();
  for (const line of text.split("\n")) {
    const [, address, size, name] = /^([0-9a-f]+) ([0-9a-f]+) [tTwW] (\S+)$/.exec(line) ?? [];
    if (address === undefined || size === undefined || name === undefined || name.includes(".cold")) continue;
    const plain = plainName(name);
    // A symbol without a suffix is the function itself; with `.part` beside it, it is where the function is entered.
    if (symbols.has(plain) && plain !== name) continue;
    symbols.set(plain, { name, address: BigInt(`0x${address}`), size: BigInt(`0x${size}`) });
  }
  return symbols;
}

/** In a module, addresses count from the beginning of its section, and calls have relocations. */
function functionIn(file: string, { name, address, size }: Symbol): MachineFunction {
  const range = [`--start-address=${address}`, `--stop-address=${address + size}`];
  const options = ["--disassemble", "--reloc", "--wide", "--no-show-raw-insn", "--section=.text"];
  const found = instructionsIn(run("objdump", [...options, ...range, file]));
  const addresses = found.map((one) => `0x${one.address.toString(16)}`).join("\n");
  const section = file.endsWith(".ko") ? ["-j", ".text"] : [];
  const chains = inlineChainsIn(run("addr2line", ["-a", "-i", "-f", ...section, "-e", file], addresses));
  return {
    symbol: name,
    instructions: found.map(
      ({ address: here, text, calls }, index): Instruction => ({
        offset: Number(here - address),
        length: Number((found[index + 1]?.address ?? address + size) - here),
        text,
        calls,
        functions: at(chains, index),
      }),
    ),
  };
}

interface Listed {
  readonly address: bigint;
  readonly text: string;
  readonly calls: string | undefined;
}

/** The text of `objdump --disassemble --reloc`. A relocation follows the instruction that it belongs to. */
export function instructionsIn(listing: string): readonly Listed[] {
  const found: Listed[] = [];
  for (const line of listing.split("\n")) {
    const [, address, text = ""] = /^\s*([0-9a-f]+):\s+(\S.*)$/.exec(line) ?? [];
    if (address === undefined) continue;
    const last = found.at(-1);
    const [, target] = /^R_X86_64_PLT32\s+([^-\s]+)-0x4$/.exec(text) ?? [];
    if (text.startsWith("R_X86_64")) {
      if (target !== undefined && last?.text.startsWith("call"))
        found[found.length - 1] = { ...last, calls: plainName(target) };
      continue;
    }
    const plain = text.replaceAll(/\s+/g, " ").trim();
    found.push({ address: BigInt(`0x${address}`), text: plain, calls: calledIn(plain) });
  }
  return found;
}

function calledIn(text: string): string | undefined {
  const [, symbol] = /^(?:call|jmp)q? [0-9a-f]+ <([^>+]+)>$/.exec(text) ?? [];
  return symbol === undefined ? undefined : plainName(symbol);
}

/**
 * The text of `addr2line -a -i -f`: for each address a line that begins with 0x, and then two lines for each function,
 * the innermost first.
 */
function inlineChainsIn(text: string): readonly (readonly string[])[] {
  const chains: string[][] = [];
  let isName = true;
  for (const line of text.split("\n")) {
    if (line.startsWith("0x")) {
      chains.push([]);
      isName = true;
    } else if (line !== "") {
      if (isName) at(chains, chains.length - 1).push(line);
      isName = !isName;
    }
  }
  return chains;
}

function run(command: string, args: readonly string[], input?: string): string {
  const most = 2 ** 30;
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: most, input });
  if (error === undefined && status === 0) return stdout;
  const reason = error === undefined ? stderr.trim() : reasonOf(error);
  throw new UserError([{ code: "cli/usage", message: `${command} cannot read the kernel's code: ${reason}` }]);
}

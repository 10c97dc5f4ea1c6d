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

/** `vmlinux` must have debug information (CONFIG_DEBUG_INFO, also reduced). */
export function readVmlinux(vmlinux: string): KernelCode {
  const symbols = symbolsIn(run("nm", ["--print-size", vmlinux]));
  const read = new Map<string, MachineFunction | undefined>();
  return {
    functionNamed(name) {
      if (!read.has(name)) {
        const symbol = symbols.get(name);
        read.set(name, symbol && functionIn(vmlinux, symbol));
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

function functionIn(vmlinux: string, { name, address, size }: Symbol): MachineFunction {
  const range = [`--start-address=${address}`, `--stop-address=${address + size}`];
  const listing = run("objdump", ["--disassemble", "--wide", "--no-show-raw-insn", ...range, vmlinux]);
  const found = instructionsIn(listing);
  const addresses = found.map((one) => `0x${one.address.toString(16)}`).join("\n");
  const chains = inlineChainsIn(run("addr2line", ["-a", "-i", "-f", "-e", vmlinux], addresses));
  return {
    symbol: name,
    instructions: found.map(
      ({ address: here, text }, index): Instruction => ({
        offset: Number(here - address),
        length: Number((found[index + 1]?.address ?? address + size) - here),
        text,
        calls: calledIn(text),
        functions: chains[index] ?? [],
      }),
    ),
  };
}

/** The text of objdump. */
export function instructionsIn(listing: string): readonly { readonly address: bigint; readonly text: string }[] {
  return listing.split("\n").flatMap((line) => {
    const [, address, text] = /^\s*([0-9a-f]+):\s+(\S.*)$/.exec(line) ?? [];
    if (address === undefined || text === undefined) return [];
    return [{ address: BigInt(`0x${address}`), text: text.replaceAll(/\s+/g, " ").trim() }];
  });
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

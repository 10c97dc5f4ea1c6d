/** Finds the instruction of a built kernel at which a thread can be held before a step of the model. */

import { at } from "../../src/ir/lookup.ts";
import type { Location } from "../../src/ir/program.ts";
import { type Instruction, type KernelCode, type MachineFunction, plainName } from "./kernel-code.ts";
import { caller, inlinedInto, type PlaceRule, placeRules, undrivable } from "./probe-table.ts";

/** A word of memory and the bits that a single instruction sets in it. */
export interface SplitInstruction {
  /** The 64 bit name of the register with the address. */
  readonly register: string;
  readonly offset: number;
  readonly mask: number;
  /** Of the instruction, in bytes. */
  readonly length: number;
}

export interface ProbePoint {
  /** `SYMBOL+0xOFFSET`. If there are several, the thread is held at the first that it comes to. */
  readonly places: readonly string[];
  /** How the thread waits: `spin` under a spinlock. */
  readonly waits: "sleep" | "spin";
  readonly split: SplitInstruction | undefined;
  /** Where the place is, for people. */
  readonly words: string;
}

export interface NotDrivable {
  readonly because: string;
}

type Place = Pick<Location, "procedure" | "label" | "stack">;

/** As many places as the module takes for one hold. */
const mostPlaces = 4;

export function probePointOf(place: Place, code: KernelCode): ProbePoint | NotDrivable {
  const label = plainLabel(place.label);
  const calling = place.stack.at(-2)?.procedure ?? place.procedure;
  const rules = placeRules.filter(
    (rule) => rule.procedure === place.procedure && rule.label === label && (rule.from?.includes(calling) ?? true),
  );
  if (rules.length === 0) return { because: reasonFor(place.procedure, label) };
  for (const rule of rules) {
    const inside = rule.inside.map((name) => (name === caller ? calling : name));
    for (const host of hostsOf([...inside, ...callersOf(place)], code)) {
      const found = instructionsOf(rule, inside, host).slice(0, mostPlaces);
      if (found.length > 0) return asProbe(rule, inside, host, found);
    }
  }
  const [rule] = rules;
  const wanted = rule?.enters?.join(" or ") ?? "the instruction";
  return { because: `the kernel's code has no place where ${place.procedure} enters ${wanted}` };
}

export function isDrivable(probe: ProbePoint | NotDrivable): probe is ProbePoint {
  return "places" in probe;
}

/** Labels of the same step on several pages differ in the address at their end. */
function plainLabel(label: string): string {
  return label.replace(/ \S+\[\d+\]$/, "");
}

function reasonFor(procedure: string, label: string): string {
  const known = undrivable.find((one) => one.procedure === procedure && (one.label?.test(label) ?? true));
  return known?.because ?? "no place in the kernel is known for this step";
}

function callersOf({ stack }: Place): readonly string[] {
  return stack.map(({ procedure }) => procedure).reverse();
}

/** The functions with a symbol among those named, or those that they are inlined into. */
function hostsOf(names: readonly string[], code: KernelCode): readonly MachineFunction[] {
  const hosts = new Set<MachineFunction>();
  for (const name of names.flatMap((one) => [one, ...(inlinedInto[one] ?? [])])) {
    const host = code.functionNamed(name);
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts];
}

function instructionsOf(
  { enters = [], instruction }: PlaceRule,
  inside: readonly string[],
  { symbol, instructions }: MachineFunction,
): readonly Instruction[] {
  const isInside = ({ functions }: Instruction) =>
    inside.every((name) => name === plainName(symbol) || functions.includes(name));
  const own = instructions.filter(isInside);
  if (instruction !== undefined) return own.filter(({ text }) => instruction.test(text));
  const calls = own.filter(({ calls }) => calls !== undefined && enters.includes(calls));
  if (calls.length > 0) return calls;
  // The function is inlined: the first of its instructions, which often are in several runs.
  return own.filter(({ functions }) => functions.some((name) => enters.includes(name))).slice(0, 1);
}

function asProbe(
  { enters, splits, spins }: PlaceRule,
  inside: readonly string[],
  { symbol }: MachineFunction,
  found: readonly Instruction[],
): ProbePoint | NotDrivable {
  const first = at(found, 0);
  const split = splits === true ? splitOf(first) : undefined;
  if (splits === true && split === undefined) return { because: `the instruction "${first.text}" cannot be split` };
  const places = found.map(({ offset }) => `${symbol}+0x${offset.toString(16)}`);
  const outer = at(inside, inside.length - 1);
  const inlined = outer === plainName(symbol) ? outer : `${outer} (inlined in ${symbol})`;
  const entered = enters?.find((name) => first.calls === name || first.functions.includes(name));
  const before = entered === undefined ? `"${first.text}"` : entered;
  return {
    places: split === undefined ? places : places.slice(0, 1),
    waits: spins === true ? "spin" : "sleep",
    split,
    words: `${split === undefined ? "before" : "in the middle of"} ${before} in ${inlined}`,
  };
}

/** Reads `bts $BIT,OFFSET(REGISTER)` and `or $MASK,OFFSET(REGISTER)`. */
function splitOf({ text, length }: Instruction): SplitInstruction | undefined {
  const [, name, constant, offset, register] =
    /^(bts|or)[bwlq]? \$(0x[0-9a-f]+),(-?0x[0-9a-f]+)?\(%(r\w+)\)$/.exec(text) ?? [];
  if (name === undefined || constant === undefined || register === undefined) return undefined;
  const bits = Number(constant);
  return { register, offset: Number(offset ?? 0), mask: name === "bts" ? 2 ** bits : bits, length };
}

/** A state as names and values that a person reads. */
import type { State } from "../ir/evaluate.ts";
import { at } from "../ir/lookup.ts";
import { type Actor, firstSlot, type Location, type Program } from "../ir/program.ts";
import { restingPlaces } from "../ir/resting-places.ts";
import { sha256Hex } from "../ir/sha256.ts";
import { formatValue } from "../ir/types.ts";
import { elementLabels, elementName, type Variable } from "../ir/variable.ts";
import type { Change, ChangeKind, Seen } from "./format.ts";

interface Entry {
  readonly kind: ChangeKind;
  readonly value: string;
  readonly meaning?: string | undefined;
}

/** Shared variables, then program counters, then the registers that are live where their actors rest. */
type StateView = ReadonlyMap<string, Entry>;

export function viewState(program: Program, state: State): StateView {
  const view = new Map<string, Entry>();
  const places = restingPlaces(program, state);
  const pcs = new Set(program.actors.map(({ pc }) => pc));
  for (const variable of program.variables) {
    if (variable.actor !== undefined || pcs.has(variable)) continue;
    for (let element = 0; element < variable.size; element++)
      view.set(elementName(variable, element), {
        kind: variable.ghost ? "ghost" : "shared",
        value: formatted(program, state, variable, element),
        meaning: meaningOf(program, state, variable, element),
      });
  }
  for (const [number, { pc }] of program.actors.entries())
    view.set(pc.name, { kind: "pc", value: placeName(at(places, number)) });
  for (const [number, actor] of program.actors.entries()) {
    const live = at(program.live, at(places, number).id);
    // Registers share slots. The slot holds a register's value only while the register is live.
    for (const [register, name] of registerNames(actor))
      if (live.has(register)) view.set(name, { kind: "register", value: formatted(program, state, register, 0) });
  }
  return view;
}

/** The whole state, as recorded at the beginning of a trace. */
export function namedValues(program: Program, state: State): Readonly<Record<string, string>> {
  return Object.fromEntries([...viewState(program, state)].map(([name, { value }]) => [name, value]));
}

/** The differences between two states, in the order of the program's variables. */
export function changesBetween(program: Program, before: State, after: State): readonly Change[] {
  const [old, now] = [viewState(program, before), viewState(program, after)];
  const changes: Change[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [from, to] = [old.get(name), now.get(name)];
    const kind = to?.kind ?? from?.kind;
    if (kind === undefined || from?.value === to?.value) continue;
    const meaning = to?.meaning === undefined ? {} : { meaning: to.meaning };
    changes.push({ variable: name, kind, old: from?.value ?? null, new: to?.value ?? null, ...meaning });
  }
  return changes;
}

export function seenAt(program: Program, state: State, variable: Variable, element: number): Seen {
  const meaning = meaningOf(program, state, variable, element);
  return {
    variable: elementName(variable, element),
    value: formatted(program, state, variable, element),
    ...(meaning === undefined ? {} : { meaning }),
  };
}

/** Also undefined if the value 0 means that there is nothing to say. */
function meaningOf(program: Program, state: State, variable: Variable, element: number): string | undefined {
  const value = at(state, firstSlot(program, variable) + element);
  if (variable.says === undefined || value === 0) return undefined;
  const labels = elementLabels(variable, element);
  return variable.says
    .replaceAll("{value}", formatValue(variable.type, value))
    .replaceAll(/\{(\d)\}/g, (_, position: string) => at(labels, Number(position)));
}

/** Short, but long enough that two states of our state spaces do not collide by chance. */
export function digestOf(state: State): string {
  return sha256Hex(state.join(",")).slice(0, 16);
}

function placeName({ procedure, label, body }: Location): string {
  return body.length === 0 ? "finished" : `${procedure}: ${label}`;
}

function formatted(program: Program, state: State, variable: Variable, element: number): string {
  return formatValue(variable.type, at(state, firstSlot(program, variable) + element));
}

const namesByActor = new WeakMap<Actor, ReadonlyMap<Variable, string>>();

/** A procedure that is called from two places has its registers twice. A number distinguishes the second set. */
function registerNames(actor: Actor): ReadonlyMap<Variable, string> {
  const known = namesByActor.get(actor);
  if (known !== undefined) return known;
  const names = new Map<Variable, string>();
  const times = new Map<string, number>();
  for (const register of actor.registers) {
    const name = `${actor.name}.${register.name}`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    names.set(register, time === 1 ? name : `${name}#${time}`);
  }
  namesByActor.set(actor, names);
  return names;
}

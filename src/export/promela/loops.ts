/**
 * Loops, for SPIN's search for acceptance cycles: a variable that says which actor took the last step, and one never
 * claim for each property. They are in the model only if a macro asks for them (`spin -DENDS_ALONE`), because the variable
 * distinguishes states that are otherwise the same.
 */
import type { Program } from "../../ir/program.ts";
import { hasCheck, type Property } from "../../ir/property.ts";

const loopMacros = { "ends-alone": "ENDS_ALONE", "ends-together": "ENDS_TOGETHER" } as const;
const kinds = Object.keys(loopMacros) as (keyof typeof loopMacros)[];

/** By property about loops: the macro that `spin` must define to search for one. */
export function loopSearches(properties: readonly Property[]): ReadonlyMap<string, string> {
  return new Map(
    properties.flatMap((property) =>
      kinds.filter((kind) => hasCheck(property, kind)).map((kind) => [property.name, loopMacros[kind]] as const),
    ),
  );
}

const anyLoop = "LOOPS";

export interface LoopLines {
  readonly declarations: readonly string[];
  /** The statement that an actor's move needs. */
  readonly tookStep: (actor: number) => readonly string[];
  /** The statement of a step that no loop can take. */
  readonly tookNone: readonly string[];
  /** The last option of the loop, given what says that all actors have finished. */
  readonly ending: (finished: string) => readonly string[];
  /** Given what says of each actor, by number, that it can move. */
  readonly claims: (canMove: (actor: number) => string) => readonly string[];
}

export function loopLines({ actors }: Program, properties: readonly Property[]): LoopLines {
  const asked = kinds.filter((kind) => properties.some((p) => hasCheck(p, kind)));
  const none = actors.length;
  const took = (actor: number): readonly string[] => (asked.length === 0 ? [] : [`took(${actor});`]);
  const numbers = [...actors.keys()];
  return {
    declarations:
      asked.length === 0
        ? []
        : [
            `#if ${asked.map((kind) => `defined(${loopMacros[kind]})`).join(" || ")}`,
            `#define ${anyLoop}`,
            `/* The actor that took the last step; ${none} if no loop can take the step. */`,
            `byte mover = ${none};`,
            "inline took(actor) { mover = actor }",
            "#else",
            "inline took(actor) { skip }",
            "#endif",
            "",
          ],
    tookStep: took,
    tookNone: took(none),
    ending: (finished) => {
      const option = [`  :: ${finished}`];
      // SPIN lets the last state of a run that is stuck repeat itself, which is no loop of ours.
      return asked.length === 0
        ? option
        : [`#ifdef ${anyLoop}`, `  :: else -> ${took(none)[0]}`, "#else", ...option, "#endif"];
    },
    claims: (canMove) =>
      asked.flatMap((kind) => [
        "",
        `#ifdef ${loopMacros[kind]}`,
        ...(kind === "ends-alone" ? aloneClaim(numbers) : togetherClaim(numbers, none, canMove)),
        "#endif",
      ]),
  };
}

/** In the end, one actor takes all steps. */
function aloneClaim(actors: readonly number[]): readonly string[] {
  return [
    "never {",
    ...state("start", ["true -> goto start", ...actors.map((actor) => `mover == ${actor} -> goto accept_${actor}`)]),
    ...actors.flatMap((actor) => state(`accept_${actor}`, [`mover == ${actor} -> goto accept_${actor}`])),
    "}",
  ];
}

/** In the end, a loop can take all steps, and again and again each actor in turn moves or cannot move. */
function togetherClaim(actors: readonly number[], none: number, canMove: (actor: number) => string): readonly string[] {
  const goesOn = `mover != ${none}`;
  const nameOf = (actor: number): string => (actor === none ? "accept_all" : `serve_${actor}`);
  return [
    "never {",
    ...state("start", ["true -> goto start", `${goesOn} -> goto ${nameOf(0)}`]),
    ...actors.flatMap((actor) =>
      state(nameOf(actor), [
        `${goesOn} -> goto ${nameOf(actor)}`,
        `${goesOn} && (mover == ${actor} || !(${canMove(actor)})) -> goto ${nameOf(actor + 1)}`,
      ]),
    ),
    ...state(nameOf(none), [`${goesOn} -> goto ${nameOf(0)}`]),
    "}",
  ];
}

function state(name: string, options: readonly string[]): readonly string[] {
  return [`${name}:`, "  if", ...options.map((option) => `  :: ${option}`), "  fi;"];
}

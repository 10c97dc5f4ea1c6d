/** The parts of the screen. */
import { paragraph } from "../text/paragraph.ts";
import { withWaits } from "../trace/cause.ts";
import { findingOf } from "../trace/cause-text.ts";
import { compactName, compactSeen, compactValue } from "../trace/change-text.ts";
import { deedOf } from "../trace/deed.ts";
import { blockedActors } from "../trace/enabled.ts";
import { type Blocked, type Change, type TraceEvent, type TraceStep, witnessedBy } from "../trace/format.ts";
import type { ViolatedProperty } from "../trace/path-end.ts";
import type { Explorer } from "./explorer.ts";
import { type Line, line, piece, type Style } from "./line.ts";
import { isTaken, optionsAt, type Point, pointAt, violationsHere } from "./path.ts";

/** The steps around the current one, which is marked. Steps that the violation does not need are dim. */
export function stepLines(explorer: Explorer, rows: number): readonly Line[] {
  const { path, position } = explorer;
  const first = Math.max(0, Math.min(position - Math.floor(rows / 2), path.length - rows));
  return Array.from({ length: rows }, (_, row) => {
    const at = first + row;
    const point = path[at];
    return point === undefined ? [] : stepLine(explorer, point, at, at - position);
  });
}

function stepLine(explorer: Explorer, { taken, byHand, matters }: Point, at: number, distance: number): Line {
  const mark = distance === 0 ? ">" : " ";
  const number = `${mark}${byHand ? "+" : " "}${String(at).padStart(4)}  `;
  if (taken === undefined) return [piece(`${number}the start`, distance === 0 ? "bold" : "plain")];
  const { actor } = taken.location;
  return [
    piece(number, distance === 0 ? "bold" : "dim"),
    piece(actorColumn(explorer, taken.described.actor), { actor }),
    piece(stepText(taken.described), distance === 0 ? "bold" : matters ? "plain" : "dim"),
  ];
}

type Named = Pick<TraceStep, "procedure" | "label" | "choice">;

function stepText({ procedure, label, choice }: Named): string {
  const chosen = choice.alternatives.length === 0 ? "" : ` [${choice.alternatives.join(", ")}]`;
  return `${procedure}: ${label}${chosen}`;
}

function actorColumn({ subject }: Explorer, name: string): string {
  const width = Math.min(16, Math.max(...subject.program.actors.map((actor) => actor.name.length)));
  return `${name.slice(0, width).padEnd(width)}  `;
}

/**
 * What the last step did: what it violates, its meaning, what it changed. Program counters are left out, because
 * another panel shows them; so are registers that lose their meaning.
 */
export function detailLines(explorer: Explorer, columns: number): readonly Line[] {
  const point = pointAt(explorer.path, explorer.position);
  const violated = violationsHere(explorer.subject, explorer.path, explorer.position).flatMap((one) =>
    violationLines(one, columns),
  );
  const step = point.taken?.described;
  if (step === undefined) return [...violated, line(" nothing has happened yet", "dim")];
  return [
    ...violated,
    ...wrapped(`${deedOf(step)} (${step.source.file})`, " ", columns),
    ...step.sees.map((seen) => line(` ${compactSeen(seen)}`)),
    ...step.changes.filter((change) => change.kind !== "pc" && change.new !== null).map(changeLine),
    ...step.events.map(eventLine),
  ];
}

function violationLines({ property, violation }: ViolatedProperty, columns: number): readonly Line[] {
  const { message, explanation } = violation;
  const condition = witnessedBy({ property, violation });
  const told =
    condition === undefined
      ? wrapped(`violates ${property}: ${message}`, " ", columns, "bad")
      : wrapped(`satisfies "${condition}"`, " ", columns, "good");
  if (explanation === undefined) return told;
  const { text, bindings, values } = explanation;
  const where = bindings.map(({ name, label }) => `${name} = ${label}`).join(", ");
  const part = `${findingOf(violation)}: ${text}${where === "" ? "" : `, for ${where}`}`;
  return [
    ...told,
    ...wrapped(part, "   ", columns),
    ...values.map((shown) => line(`     ${shown.text} = ${shown.value}`)),
  ];
}

function changeLine({ variable, old, new: now, kind, meaning }: Change): Line {
  if (meaning !== undefined) return line(` ${meaning}`, "dim");
  return line(
    old === null
      ? ` ${compactName(variable)} = ${compactValue(now)}`
      : ` ${compactName(variable)}: ${compactValue(old)} -> ${compactValue(now)}`,
    kind === "shared" ? "plain" : "dim",
  );
}

function eventLine({ event, arguments: values }: TraceEvent): Line {
  const named = Object.entries(values).map(([name, value]) => ` ${name}=${compactValue(value)}`);
  return line(` event ${event}${named.join("")}`, "dim");
}

function wrapped(text: string, indent: string, columns: number, style: Style = "plain"): readonly Line[] {
  return paragraph(text, indent, indent, columns).map((one) => line(one, style));
}

/** Where each actor is: the steps that it can take, numbered, or that it waits or has finished. */
export function optionLines(explorer: Explorer, rows: number): readonly Line[] {
  const { subject, path, position, selected } = explorer;
  const { state, taken } = pointAt(path, position);
  const options = optionsAt(subject, pointAt(path, position));
  const able = options.map((option, number): Line => {
    const { location, actor, choice } = option;
    const chosen = number === selected;
    return [
      piece(
        `${chosen ? ">" : " "}${isTaken(path, position, option) ? "*" : " "}${String(number + 1).padStart(3)}  `,
        chosen ? "bold" : "dim",
      ),
      piece(actorColumn(explorer, actor), { actor: location.actor }),
      piece(stepText({ procedure: location.procedure, label: location.label, choice }), chosen ? "bold" : "plain"),
    ];
  });
  const moving = new Set(options.map(({ actor }) => actor));
  const waiting = blockedActors(subject.program, state);
  const still = subject.program.actors
    .filter(({ name }) => !moving.has(name))
    .map(({ name }): Line => {
      const place = waiting.find(({ actor }) => actor === name);
      const stands = taken?.outcome.rangeError !== undefined;
      const where =
        place === undefined
          ? "finished"
          : stands
            ? `stands in ${place.procedure}: ${place.label}`
            : `waits in ${place.procedure}: ${place.label}${reasonText(withWaits(subject, state, place))}`;
      return line(`       ${actorColumn(explorer, name)}${where}`, "dim");
    });
  return around([...able, ...still], selected, rows);
}

/** `, for page_lock[P0]: forker` */
function reasonText({ waits = [] }: Blocked): string {
  const [first] = waits;
  return first === undefined ? "" : `, for ${compactName(first.variable)}: ${compactValue(first.value)}`;
}

/** As many lines as fit, including the chosen one, and the number of lines above and below. */
function around(lines: readonly Line[], chosen: number, rows: number): readonly Line[] {
  if (lines.length <= rows) return lines;
  const room = rows - 1;
  const first = Math.max(0, Math.min(chosen - room + 2, lines.length - room));
  const below = lines.length - first - room;
  const rest = [first === 0 ? "" : `${first} above`, below === 0 ? "" : `${below} below`].filter((text) => text !== "");
  return [...lines.slice(first, first + room), line(`       ... ${rest.join(", ")}`, "dim")];
}

/** A state space as a drawing for Graphviz. */
import type { FileKind } from "../../files/file-kind.ts";
import { at, required } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { xmlText } from "../../text/xml-text.ts";
import { changesBetween } from "../../trace/state-view.ts";
import { alternativesTaken } from "../../trace/take-step.ts";
import type { GraphEdge, GraphNode, StateGraph } from "./state-graph.ts";

/** The kind of file that `dotOf` makes. */
export const dotKind: FileKind = { what: "a graph of exclusive-check", begins: /^digraph states \{\n {2}label=/ };

/**
 * A reader looks for steps, so they stand beside the edges, in a colour for each actor. The tooltip of a state shows
 * how it differs from the initial state; an SVG shows the tooltip under the pointer.
 */
export function dotOf(program: Program, { nodes, edges }: StateGraph, title: string): string {
  const [start] = nodes;
  return [
    // The name of a graph does not support escapes, so the title is only in the label.
    "digraph states {",
    `  label=${quoted(title)}; labelloc=t; rankdir=TB;`,
    '  node [shape=circle, fontname="sans-serif", fontsize=10]; edge [fontname="sans-serif", fontsize=9];',
    ...nodes.map((node, number) => `  ${number} ${attributes(nodeAttributes(program, node, number, start))};`),
    ...edges.flatMap((edge, number) => edgeLines(program, edge, nodes, number)),
    "}",
    "",
  ].join("\n");
}

function nodeAttributes(
  program: Program,
  { state, kind, violated }: GraphNode,
  number: number,
  start: GraphNode | undefined,
): Record<string, string> {
  const changes = start === undefined ? [] : changesBetween(program, start.state, state);
  const differs = changes
    .filter(({ new: now }) => now !== null)
    .map(({ variable, new: now }) => `${variable} = ${now}`);
  return {
    tooltip: number === 0 ? "the initial state" : differs.join("\n"),
    ...(number === 0 ? { style: "bold" } : {}),
    ...(kind === "finished" ? { shape: "doublecircle" } : {}),
    ...(kind === "deadlock" ? { label: `${number}\ndeadlock`, color: "red", fontcolor: "red" } : {}),
    ...(violated.length > 0 ? { label: `${number}\n${violated.join("\n")}`, color: "red", fontcolor: "red" } : {}),
  };
}

/** If a step violates properties, a box names them. */
function edgeLines(program: Program, edge: GraphEdge, nodes: readonly GraphNode[], number: number): readonly string[] {
  const { from, to, location, choice, violated } = edge;
  const chosen = required(alternativesTaken(program, at(nodes, from).state, location, choice), "an enabled step");
  const actor = at(program.actors, location.actor).name;
  const step = `${actor}: ${location.procedure}\n${[location.label, ...chosen].join(", ")}`;
  const shared = { label: step, tooltip: location.note };
  if (to !== undefined) {
    const color = at(actorColors, location.actor % actorColors.length);
    return [`  ${from} -> ${to} ${attributes({ ...shared, color, fontcolor: color })};`];
  }
  const box = `violation${number}`;
  return [
    `  ${box} ${attributes({ label: violated.join("\n"), shape: "box", color: "red", fontcolor: "red" })};`,
    `  ${from} -> ${box} ${attributes({ ...shared, color: "red", fontcolor: "red" })};`,
  ];
}

/** Colours that are readable on white and that most colour-blind readers can distinguish (after Okabe and Ito). */
const actorColors = ["#0072b2", "#a04000", "#007a5a", "#8a3a6f", "#5b5b00", "#404040"];

function attributes(pairs: Readonly<Record<string, string>>): string {
  return `[${Object.entries(pairs)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(", ")}]`;
}

/**
 * In a label, a backslash begins an escape and an ampersand a character reference. Characters that XML forbids cannot
 * be in an SVG, and a NUL would end the text for Graphviz.
 */
function quoted(text: string): string {
  const plain = xmlText(text).replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${plain.replaceAll("\n", "\\n")}"`;
}

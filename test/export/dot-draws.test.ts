/** Graphviz draws what `graph` writes, without a warning, and shows the texts as they are. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import fc from "fast-check";
import { missingCommand } from "../../scripts/library/missing-command.ts";
import { dotOf } from "../../src/export/dot/dot.ts";
import { type StateGraph, stateGraph } from "../../src/export/dot/state-graph.ts";
import type { Program } from "../../src/ir/program.ts";
import { xmlText } from "../../src/text/xml-text.ts";
import { hostileText } from "../fixtures/hostile-text.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const skip = missingCommand([["dot", "-V"]], "graphviz") ?? false;

interface Drawing {
  /** Lines of text that a reader sees, in no order. */
  readonly lines: readonly string[];
  /** Texts that show under the pointer. */
  readonly tooltips: readonly string[];
  readonly shapes: Readonly<Record<"ellipse" | "path", number>>;
}

function draw(program: Program, graph: StateGraph, title: string): Drawing {
  const { status, stdout, stderr } = spawnSync("dot", ["-Tsvg"], {
    input: dotOf(program, graph, title),
    encoding: "utf8",
  });
  assert.deepEqual([status, stderr], [0, ""]);
  const all = (pattern: RegExp) => [...stdout.matchAll(pattern)].map(([, text]) => spaced(readable(text ?? "")));
  return {
    lines: all(/<text [^>]*>([^<]*)<\/text>/g),
    tooltips: all(/ xlink:title="([^"]*)"/g),
    shapes: { ellipse: stdout.split("<ellipse ").length - 1, path: stdout.split("<path ").length - 1 },
  };
}

const references: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

function readable(xml: string): string {
  return xml.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code?: string, name = "") =>
    code === undefined ? (references[name] ?? assert.fail(`&${name};`)) : String.fromCodePoint(Number(code)),
  );
}

const { program, properties } = twoLocksSubject({ reversed: true });

test("Graphviz draws a shape for every state and an arrow for every step", { skip }, () => {
  const graph = stateGraph(program, [], 200);
  const { lines, shapes } = draw(program, graph, "Two locks");
  const finished = graph.nodes.filter(({ kind }) => kind === "finished").length;
  const deadlocks = graph.nodes.filter(({ kind }) => kind === "deadlock").length;
  assert.ok(finished > 0 && deadlocks > 0);
  // A state in which all have finished has two circles.
  assert.deepEqual(shapes, { ellipse: graph.nodes.length + finished, path: graph.edges.length });
  assert.ok(lines.includes("Two locks"));
  assert.equal(lines.filter((line) => line === "deadlock").length, deadlocks);
});

test("Graphviz draws any text in names, and shows it as it is", { skip }, () => {
  const asked = properties.map(({ property }) => property);
  const graph = stateGraph(program, asked, 200);
  assert.ok(graph.edges.some(({ to }) => to === undefined));
  const texts = fc.array(hostileText, { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(texts, (texts) => {
      const by = (position: number) => texts[position % texts.length] ?? "";
      const hostile = {
        ...program,
        actors: program.actors.map((actor, position) => ({ ...actor, name: by(position) })),
      };
      const edges = graph.edges.map((edge, position) => {
        const names = { procedure: by(position), label: by(position + 5), note: by(position + 9) };
        return { ...edge, location: { ...edge.location, ...names }, violated: [by(position + 3)] };
      });
      const { lines, tooltips } = draw(hostile, { ...graph, edges }, by(7));

      const written = edges.flatMap(({ to, location: { actor, procedure, label }, violated }) => [
        `${by(actor)}: ${procedure}`,
        label,
        ...(to === undefined ? violated : []),
      ]);

      // The alternative that was taken can follow a label.
      for (const line of [by(7), ...written].flatMap((text) => spaced(xmlText(text)).split("\n")).filter(isNotBlank))
        assert.ok(
          lines.some((one) => one === line || one.startsWith(`${line}, `)),
          JSON.stringify(line),
        );
      // Graphviz reads two backslashes in a label as one, but in a tooltip as the start of an escape.
      for (const { location } of edges)
        if (isNotBlank(location.note) && !location.note.includes("\\"))
          assert.ok(tooltips.includes(spaced(xmlText(location.note))), JSON.stringify(location.note));
    }),
    { numRuns: 4 },
  );
});

/** Graphviz keeps blanks apart with no-break spaces. */
function spaced(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

function isNotBlank(text: string): boolean {
  return text.trim() !== "";
}

/** Components of random graphs, against a plain definition. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { componentsOf, type Graph } from "../../src/ir/strong-components.ts";

type Edge = readonly [from: number, to: number];

function graphOf(nodes: number, edges: readonly Edge[]): Graph {
  const by = Array.from({ length: nodes }, (_, node) => edges.filter(([from]) => from === node));
  const ends = by.map((_, node) => by.slice(0, node + 1).flat().length);
  const bounds = Int32Array.from(by.flatMap((own, node) => [(ends[node] ?? 0) - own.length, ends[node] ?? 0]));
  return { bounds, targets: Int32Array.from(by.flat(), ([, to]) => to) };
}

/** By node: the nodes that it reaches by at least one edge. */
function reachedFrom(nodes: number, edges: readonly Edge[]): readonly ReadonlySet<number>[] {
  return Array.from({ length: nodes }, (_, node) => {
    const met = new Set(edges.filter(([from]) => from === node).map(([, to]) => to));
    // A set's iterator also visits what is added meanwhile.
    for (const one of met) for (const [from, to] of edges) if (from === one) met.add(to);
    return met;
  });
}

test("two nodes are in one component exactly if each reaches the other", () => {
  const few = fc.integer({ min: 1, max: 12 });
  const graph = few.chain((nodes) => {
    const node = fc.nat(nodes - 1);
    return fc.tuple(fc.constant(nodes), fc.array(fc.tuple(node, node), { maxLength: 2 * nodes }));
  });
  fc.assert(
    fc.property(graph, ([nodes, edges]) => {
      const { ofNode: components, count } = componentsOf(graphOf(nodes, edges));
      assert.equal(new Set(components.filter((component) => component !== 0)).size, count);
      assert.equal(Math.max(...components), count);
      const reached = reachedFrom(nodes, edges);
      for (let one = 0; one < nodes; one++) {
        assert.equal(components[one] !== 0, reached[one]?.has(one), `whether ${one} is on a cycle`);
        for (let other = 0; other < nodes; other++) {
          const together = reached[one]?.has(other) && reached[other]?.has(one);
          if (one !== other) assert.equal(components[one] !== 0 && components[one] === components[other], together);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("a node to which very many edges lead is on no cycle if none of them returns", () => {
  const edges: Edge[] = Array.from({ length: 300 }, (_, node) => [node, 300]);
  assert.deepEqual(new Set(componentsOf(graphOf(301, edges)).ofNode), new Set([0]));
  const { ofNode: components } = componentsOf(graphOf(301, [...edges, [300, 7]]));
  assert.deepEqual(
    [...components.keys()].filter((node) => components[node] !== 0),
    [7, 300],
  );
});

/** Strongly connected components of a large graph, given as two lists of numbers. */
import { wordAt } from "./lookup.ts";

/** By edge: the component in which it stays, numbered from 1; 0 if it leads from one component to another. */
export interface Components {
  readonly ofEdge: Int32Array;
  /** By node; 0 for a node that no edge of a component touches. */
  readonly ofNode: Int32Array;
  readonly count: number;
}

/** `nodes`: all numbers in `from` and `to` are smaller. Takes 16 bytes for each node and 8 for each edge. */
export function componentsOf(nodes: number, from: Int32Array, to: Int32Array): Components {
  const { start, targets } = adjacency(nodes, from, to);
  const ofNode = new Int32Array(nodes);
  const order = new Int32Array(nodes);
  const lowest = new Int32Array(nodes);
  const next = start.slice(0, nodes);
  let [opened, onPath, met, found] = [0, 0, 0, 0];
  const [openWords, pathWords] = [new Int32Array(nodes), new Int32Array(nodes)];

  const enter = (node: number): void => {
    met++;
    order[node] = lowest[node] = met;
    openWords[opened++] = node;
    pathWords[onPath++] = node;
  };
  for (let root = 0; root < nodes; root++) {
    if (wordAt(start, root) === wordAt(start, root + 1) || wordAt(order, root) !== 0) continue;
    enter(root);
    while (onPath > 0) {
      const node = wordAt(pathWords, onPath - 1);
      const edge = wordAt(next, node);
      if (edge < wordAt(start, node + 1)) {
        next[node] = edge + 1;
        const target = wordAt(targets, edge);
        if (wordAt(order, target) === 0) enter(target);
        else if (wordAt(ofNode, target) === 0) lowest[node] = Math.min(wordAt(lowest, node), wordAt(order, target));
        continue;
      }
      onPath--;
      if (onPath > 0) {
        const parent = wordAt(pathWords, onPath - 1);
        lowest[parent] = Math.min(wordAt(lowest, parent), wordAt(lowest, node));
      }
      if (wordAt(lowest, node) !== wordAt(order, node)) continue;
      found++;
      let member: number;
      do {
        member = wordAt(openWords, --opened);
        ofNode[member] = found;
      } while (member !== node);
    }
  }
  const ofEdge = from.map((node, edge) => {
    const component = wordAt(ofNode, node);
    return component === wordAt(ofNode, wordAt(to, edge)) ? component : 0;
  });
  return { ofEdge, ofNode, count: found };
}

/** Edges by the node in which they begin: those of a node are `targets[start[node]]` to before `start[node + 1]`. */
function adjacency(nodes: number, from: Int32Array, to: Int32Array) {
  const start = new Int32Array(nodes + 1);
  for (const node of from) start[node + 1] = wordAt(start, node + 1) + 1;
  for (let node = 0; node < nodes; node++) start[node + 1] = wordAt(start, node + 1) + wordAt(start, node);
  const filled = start.slice(0, nodes);
  const targets = new Int32Array(from.length);
  for (const [edge, node] of from.entries()) {
    const place = wordAt(filled, node);
    targets[place] = wordAt(to, edge);
    filled[node] = place + 1;
  }
  return { start, targets };
}

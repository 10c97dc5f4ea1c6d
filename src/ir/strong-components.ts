/** Strongly connected components of a large graph. */
import { wordAt } from "./lookup.ts";

/** Edges by the node that they leave. */
export interface Graph {
  /** Two for each node: the position of its first edge, and the one after its last edge. */
  readonly bounds: Int32Array;
  /** By edge: the node to which it leads. */
  readonly targets: Int32Array;
}

export interface Components {
  /** By node: the component that it is in, from 1 on; 0 if it is on no cycle. */
  readonly ofNode: Int32Array;
  readonly count: number;
}

export function componentsOf(graph: Graph): Components {
  const { bounds, targets } = graph;
  const nodes = bounds.length / 2;
  // 0 for nodes that are not yet met. The numbers of components are above those of the nodes that are open.
  const low = withoutUnreached(graph);
  const path = new Int32Array(nodes + 1);
  const next = new Int32Array(nodes + 1);
  const kind = new Uint8Array(nodes + 1);
  const open = new Int32Array(nodes);
  let [depth, opened, met, component] = [0, 0, 1, nodes];
  const enter = (node: number): void => {
    low[node] = met++;
    depth++;
    path[depth] = node;
    next[depth] = wordAt(bounds, 2 * node);
    kind[depth] = isRoot;
  };
  // Tarjan's algorithm, with one number for each node (D. J. Pearce, "A space-efficient algorithm for finding strongly
  // connected components", Information Processing Letters 116 (1), 2016).
  for (let first = 0; first < nodes; first++) {
    if (low[first] !== 0) continue;
    enter(first);
    while (depth > 0) {
      const node = wordAt(path, depth);
      const edge = wordAt(next, depth);
      if (edge < wordAt(bounds, 2 * node + 1)) {
        const target = wordAt(targets, edge);
        const reached = wordAt(low, target);
        if (reached === 0) {
          // This edge is looked at again when the target is done.
          enter(target);
          continue;
        }
        next[depth] = edge + 1;
        if (target === node) kind[depth] = wordAt(kind, depth) | leadsToItself;
        else if (reached > 0 && reached < wordAt(low, node)) {
          low[node] = reached;
          kind[depth] = wordAt(kind, depth) & ~isRoot;
        }
        continue;
      }
      const own = wordAt(low, node);
      const how = wordAt(kind, depth--);
      if ((how & isRoot) === 0) {
        open[opened++] = node;
        continue;
      }
      const before = opened;
      while (opened > 0 && wordAt(low, wordAt(open, opened - 1)) >= own) low[wordAt(open, --opened)] = component;
      met -= 1 + before - opened;
      low[node] = before === opened && (how & leadsToItself) === 0 ? onNoCycle : component--;
    }
  }
  for (let node = 0; node < nodes; node++) low[node] = low[node] === onNoCycle ? 0 : nodes + 1 - wordAt(low, node);
  return { ofNode: low, count: nodes - component };
}

const isRoot = 1;
const leadsToItself = 2;

const onNoCycle = -1;

/** By node: `onNoCycle` if only such nodes lead to it, else 0. Some nodes of that kind may get 0. */
function withoutUnreached({ bounds, targets }: Graph): Int32Array {
  const nodes = bounds.length / 2;
  // How many edges are left that lead to the node. Small, so that most of it stays in the cache.
  const left = new Uint8Array(nodes);
  for (let edge = 0; edge < targets.length; edge++) {
    const target = wordAt(targets, edge);
    const known = wordAt(left, target);
    if (known < tooMany) left[target] = known + 1;
  }
  // In order, which is faster than to follow the edges that lead back at once.
  for (let round = 0, changed = true; changed && round < mostRounds; round++) {
    changed = false;
    for (let node = 0; node < nodes; node++) {
      if (left[node] !== 0) continue;
      left[node] = leftOut;
      const end = wordAt(bounds, 2 * node + 1);
      for (let edge = wordAt(bounds, 2 * node); edge < end; edge++) {
        const target = wordAt(targets, edge);
        const known = wordAt(left, target);
        if (known >= tooMany) continue;
        left[target] = known - 1;
        if (known === 1 && target < node) changed = true;
      }
    }
  }
  const found = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) if (left[node] === leftOut) found[node] = onNoCycle;
  return found;
}

/** A node to which so many edges lead is never left out here. */
const tooMany = 254;
const leftOut = 255;
const mostRounds = 30;

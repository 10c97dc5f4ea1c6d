/** Rumur on a model of bench/peers. */
import { buildRumur, type RumurOptions, readRumur, rumurMissing } from "../scripts/library/rumur.ts";
import type { Contender, Peer, Subject, Visits } from "./contenders.ts";
import { measuredRun } from "./measured-run.ts";

interface Way extends Pick<RumurOptions, "symmetry" | "threads" | "packed"> {
  readonly label: string;
  readonly visits: Visits;
}

/** Rumur is fastest with unpacked states. Packed states, its default, take the least memory. */
const ways: readonly Way[] = [
  { label: "1 thread", visits: "every state", symmetry: "off", threads: 1, packed: false },
  { label: "2 threads", visits: "every state", symmetry: "off", threads: 2, packed: false },
  { label: "1 thread, packed", visits: "every state", symmetry: "off", threads: 1, packed: true },
  { label: "1 thread, symmetry", visits: "one representative", symmetry: "exhaustive", threads: 1, packed: false },
  // Rumur's default.
  { label: "1 thread, heuristic symmetry", visits: "enough", symmetry: "heuristic", threads: 1, packed: false },
];

export const rumur: Peer = {
  name: "rumur",
  missing: rumurMissing,
  contenders: (subject, directory) => ways.map((way) => contender(subject, way, directory)),
};

function contender({ name, murphi, tableLog2 }: Subject, way: Way, directory: string): Contender {
  return {
    name: `Rumur, ${way.label}`,
    visits: way.visits,
    prepare: () => {
      const checker = buildRumur({
        ...way,
        model: new URL(`peers/${murphi.file}`, import.meta.url),
        constants: murphi.constants,
        tableLog2,
        // The generated code recommends this.
        optimise: ["-O3", "-march=native", "-fwhole-program"],
        folder: `${directory}/${name}-rumur-${way.symmetry}-${way.threads}${way.packed ? "-packed" : ""}`,
      });
      return async () => {
        const run = await measuredRun(checker, [], directory);
        return { ...run, ...readRumur(run.output) };
      };
    },
  };
}

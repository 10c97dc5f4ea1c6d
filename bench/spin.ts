/** SPIN on a model of bench/peers. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { spinMissing } from "../scripts/library/spin.ts";
import type { Contender, Peer, Subject, Visits } from "./contenders.ts";
import { measuredRun } from "./measured-run.ts";

interface Way {
  readonly label: string;
  readonly visits: Visits;
  /** Options of the C compiler. */
  readonly flags: readonly string[];
  /** Options of the built checker. */
  readonly args: readonly string[];
  readonly folder: string;
}

export const spin: Peer = {
  name: "spin",
  missing: spinMissing,
  contenders: (subject, directory) => {
    const whole = "-DNOREDUCE";
    const deep = ["-m10000000"];
    const ways: readonly Way[] = [
      { label: "breadth first", visits: "every state", flags: [whole, "-DBFS"], args: [], folder: "bfs" },
      { label: "depth first", visits: "every state", flags: [whole], args: deep, folder: "dfs" },
      // SPIN's default: depth first, with partial-order reduction.
      { label: "default", visits: "enough", flags: [], args: deep, folder: "default" },
    ];
    return ways.map((way) => contender(subject, way, `${directory}/${subject.name}-spin-${way.folder}`));
  },
};

function contender({ promela, tableLog2 }: Subject, way: Way, directory: string): Contender {
  return {
    name: `SPIN, ${way.label}`,
    visits: way.visits,
    prepare: () => {
      mkdirSync(directory, { recursive: true });
      copyFileSync(new URL(`peers/${promela.file}`, import.meta.url), `${directory}/${promela.file}`);
      execFileSync("spin", [...promela.flags, "-a", promela.file], { cwd: directory });
      const always = ["-O3", "-march=native", "-w", "-DSAFETY", "-DMEMLIM=16000"];
      execFileSync("gcc", [...always, ...way.flags, "-o", "pan", "pan.c", "-lm"], { cwd: directory });
      return async () => {
        const run = await measuredRun("./pan", [...way.args, `-w${tableLog2}`], directory);
        const count = (what: RegExp): number => Number(what.exec(run.output)?.[1] ?? Number.NaN);
        return { ...run, states: count(/(\d+) states, stored/), transitions: count(/(\d+) transitions/) - 1 };
      };
    },
  };
}

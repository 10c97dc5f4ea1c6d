/** The largest scenario of specs, with all its properties, on one worker. */
import { measuredRun } from "./measured-run.ts";
import { root } from "./search-process.ts";
import { count, median, printTable } from "./table.ts";

const scenario = ["bin/exclusive-check.js", "specs/large/any-two-threads-and-device.json", "--kernel", "v6.4"];

interface Result {
  readonly states: number;
  readonly seconds: number;
  readonly bitsPerState: number;
}

export async function largestScenario(runs: number, directory: string): Promise<void> {
  const ways = {
    "every state": ["--no-symmetry"],
    "every state, tree store": ["--no-symmetry", "--store", "tree"],
    "one representative": [],
  };
  console.log(`${scenario.slice(1).join(" ")}, all properties, 1 worker; medians of ${runs} runs\n`);
  const results = new Map<string, { readonly result: Result; readonly peakBytes: number }[]>();
  for (let round = 0; round < runs; round++) {
    for (const [name, flags] of Object.entries(ways)) {
      const args = [...scenario, ...flags, "--workers", "1", "--json", "--out", directory];
      const { output, peakBytes } = await measuredRun(process.execPath, args, root);
      const [result] = (JSON.parse(output) as { readonly results: readonly Result[] }).results;
      if (result === undefined) throw new Error("the scenario has no result");
      results.set(name, [...(results.get(name) ?? []), { result, peakBytes }]);
    }
  }
  printTable(
    ["", "states", "seconds", "states/s", "bits/state", "bytes/state"],
    [...results].map(([name, list]) => {
      const states = median(list.map(({ result }) => result.states));
      const seconds = median(list.map(({ result }) => result.seconds));
      return [
        name,
        count(states),
        seconds.toFixed(2),
        count(states / seconds),
        String(list[0]?.result.bitsPerState),
        (median(list.map(({ peakBytes }) => peakBytes)) / states).toFixed(1),
      ];
    }),
  );
}

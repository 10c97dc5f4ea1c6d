/** Measures the time from Enter to the first line of help, and to the verdict on a small scenario. */
import { measuredRun } from "./measured-run.ts";
import { root } from "./search-process.ts";
import { count, median, printTable } from "./table.ts";

const executable = "bin/exclusive-check.js";
const scenario = [executable, "specs/nouveau-two-faults-and-zap.json", "--kernel", "v6.4"];

export async function startUp(runs: number, directory: string): Promise<void> {
  const states = await statesOf([...scenario, "--json", "--out", directory]);
  const commands: Readonly<Record<string, readonly string[]>> = {
    "node alone": ["-e", "0"],
    "--help": [executable, "--help"],
    [`a verdict on ${count(states)} states`]: [...scenario, "--quiet", "--out", directory],
  };
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < runs; round++)
    for (const [name, args] of Object.entries(commands))
      times.get(name)?.push((await measuredRun(process.execPath, args, root)).seconds);
  console.log(`Medians of ${runs} runs, Node ${process.version}\n`);
  printTable(
    ["", "milliseconds"],
    [...times].map(([name, seconds]) => [name, (median(seconds) * 1000).toFixed(0)]),
  );
}

async function statesOf(args: readonly string[]): Promise<number> {
  const { output } = await measuredRun(process.execPath, args, root);
  const report = JSON.parse(output) as { readonly results: readonly { readonly states: number }[] };
  return report.results[0]?.states ?? Number.NaN;
}

/**
 * `npm run bench [-- SECTION...] [--runs N] [--threads N]`: all sections, or those named. What is compared is compared
 * within one section of one run, for machines and days differ.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pagesModel, pagesProperties } from "../test/fixtures/pages-model.ts";
import { peersModel, peersProperties } from "../test/fixtures/peers-model.ts";
import { compare } from "./compare.ts";
import { largestScenario } from "./largest-scenario.ts";
import { scaling } from "./scaling.ts";
import { root } from "./search-process.ts";
import { startUp } from "./start-up.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string", default: "4" }, runs: { type: "string", default: "3" } },
});
const [threads, runs] = [Number(values.threads), Number(values.runs)];
const directory = fileURLToPath(new URL("../out/bench", import.meta.url));

/** One that gives false came to no result. */
const sections: Readonly<Record<string, () => Promise<unknown>>> = {
  "start-up": () => startUp(3 * runs, directory),
  peers: () => {
    console.log(`The peers' protocol, ${threads} threads: `);
    const program = peersModel(threads);
    const tableLog2 = threads > 3 ? 24 : 20;
    const promela = { file: "exclusive.pml", flags: [`-DN=${threads}`], tableLog2 };
    return compare({ name: `peers-${threads}`, program, properties: peersProperties, promela }, runs, directory);
  },
  pages: () => {
    console.log("The protocol of several pages, 2 threads, 3 pages: ");
    const program = pagesModel({ threads: 2, pages: 3, keep: "until-idle" });
    // Without SPIN's own resets, which make it another program (bench/peers/README.md).
    const promela = { file: "pages.pml", flags: ["-DT=2", "-DP=3", "-o1", "-o2", "-o3"], tableLog2: 24 };
    return compare({ name: "pages", program, properties: pagesProperties, promela }, runs, directory);
  },
  scenario: () => largestScenario(runs, directory),
  scaling: () => scaling(runs, directory),
};

const unknown = positionals.find((name) => !(name in sections));
if (unknown !== undefined) {
  console.error(`there is no section ${unknown}; expected some of ${Object.keys(sections).join(", ")}`);
  process.exitCode = 2;
} else {
  mkdirSync(directory, { recursive: true });
  execFileSync("npm", ["run", "-s", "build"], { cwd: root, stdio: "inherit" });
  console.log(`${cpus().length} CPUs, ${cpus()[0]?.model.trim()}; Node ${process.version}`);
  for (const [name, section] of Object.entries(sections)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(`\n== ${name} ==\n`);
    if ((await section()) === false) process.exitCode = 1;
  }
}

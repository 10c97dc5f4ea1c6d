/**
 * `npm run bench [-- SECTION...] [--runs N] [--threads N] [--without PEER]`: all sections, or those named. Only results
 * from one section of one run are compared, because machines and days differ.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pagesModel, pagesProperties } from "../test/fixtures/pages-model.ts";
import { peersModel, peersProperties } from "../test/fixtures/peers-model.ts";
import { compare, type Setting } from "./compare.ts";
import type { Peer } from "./contenders.ts";
import { largestScenario } from "./largest-scenario.ts";
import { rumur } from "./rumur.ts";
import { scaling } from "./scaling.ts";
import { root } from "./search-process.ts";
import { spin } from "./spin.ts";
import { startUp } from "./start-up.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "4" },
    runs: { type: "string", default: "3" },
    /** Rumur takes minutes where others take seconds. */
    without: { type: "string", multiple: true, default: [] },
  },
});
const [threads, runs] = [Number(values.threads), Number(values.runs)];
const directory = fileURLToPath(new URL("../out/bench", import.meta.url));

const allPeers: readonly Peer[] = [spin, rumur];
const peerNames = allPeers.map(({ name }) => name);

/** Compares with the installed peers, and says which are not installed. */
function setting(): Setting {
  const peers = allPeers.filter(({ name, missing }) => {
    if (values.without.includes(name)) return false;
    const what = missing();
    if (what !== undefined) console.error(what);
    return what === undefined;
  });
  return { peers, runs, directory };
}

/** A section that returns false has no result. */
const sections: Readonly<Record<string, () => Promise<unknown>>> = {
  "start-up": () => startUp(3 * runs, directory),
  peers: () => {
    console.log(`The peers' protocol, ${threads} threads: `);
    const subject = {
      name: `peers-${threads}`,
      program: peersModel(threads),
      properties: peersProperties,
      tableLog2: threads > 3 ? 24 : 20,
      promela: { file: "exclusive.pml", flags: [`-DN=${threads}`] },
      murphi: { file: "exclusive.m", constants: { N: threads } },
    };
    return compare(subject, setting());
  },
  pages: () => {
    console.log("The protocol of several pages, 2 threads, 3 pages: ");
    const subject = {
      name: "pages",
      program: pagesModel({ threads: 2, pages: 3, keep: "until-idle" }),
      properties: pagesProperties,
      tableLog2: 24,
      // Without SPIN's own resets, which change the program (bench/peers/README.md).
      promela: { file: "pages.pml", flags: ["-DT=2", "-DP=3", "-o1", "-o2", "-o3"] },
      murphi: { file: "pages.m", constants: { T: 2, P: 3 } },
    };
    return compare(subject, setting());
  },
  scenario: () => largestScenario(runs, directory),
  scaling: () => scaling(runs, directory),
};

const mistake = notAmong("section", positionals, Object.keys(sections)) ?? notAmong("peer", values.without, peerNames);
if (mistake !== undefined) {
  console.error(mistake);
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

function notAmong(what: string, given: readonly string[], known: readonly string[]): string | undefined {
  const unknown = given.find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `there is no ${what} ${unknown}; expected some of ${known.join(", ")}`;
}

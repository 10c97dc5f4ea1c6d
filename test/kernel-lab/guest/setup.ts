/** A setup for tests of the laboratory's language: a process with a child, two areas, a file, and two devices. */
import type { LabProgram, LabSetup } from "../../../kernel-lab/lab-program.ts";
import { parseSpec } from "../../../src/spec/parse-spec.ts";

const system = {
  pages: 8,
  processes: {
    app: { vmas: { buf: { pages: 2 }, spare: { pages: 2 }, map: { pages: 1, backing: "private-file" } } },
  },
  devices: { gpu: { driver: "test_hmm" }, gpu2: { driver: "test_hmm" } },
};
const actors = {
  main: {
    process: "app",
    run: [{ fork: "child" }, { store: "buf[1]" }, { mremap: "buf -> spare" }, { truncate: "map" }, { munmap: "spare" }],
  },
  child_thread: { process: "child", run: [{ load: "map[0]" }, { exit: "child" }] },
  engine2: { device: "gpu2", process: "app", run: [{ atomic: "buf[0]" }] },
};

export function setupWith(more: Readonly<Record<string, unknown>> = {}): LabSetup {
  const text = JSON.stringify({ name: "test", kernels: { "v6.4": "unknown" }, system, actors: { ...actors, ...more } });
  return { name: "test", scenario: parseSpec(text, "test").scenario, pagesOut: "page" };
}

/** Every operation of every actor, in the order of the setup. */
export function programOf(setup: LabSetup): LabProgram {
  const steps = setup.scenario.actors.flatMap(({ name, run }) =>
    run.flatMap((item) => (item.kind === "operation" ? [{ actor: name, call: item.call }] : [])),
  );
  return { setup, steps };
}

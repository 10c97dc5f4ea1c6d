/** The files of a reproducer, as an engineer can get them in a mail. */

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../../src/files/make-folder.ts";
import { lastOf } from "../../src/ir/lookup.ts";
import type { Trace } from "../../src/trace/format.ts";
import type { Piece, Schedule } from "./schedule.ts";
import { type Drive, scheduleSource } from "./tables.ts";

export interface Origin {
  readonly trace: Trace;
  /** The kernel for which the places in the code were found. */
  readonly kernel: string;
}

/** The module and the program, without the tables. */
const program = fileURLToPath(new URL("program", import.meta.url));

/** Writes the reproducer for one kernel into a folder, which is created. */
export function writeReproducer(folder: string, drive: Drive, origin: Origin): void {
  makeFolder(folder);
  cpSync(program, folder, { recursive: true });
  writeFileSync(join(folder, "schedule.c"), scheduleSource(drive, originOf(origin)));
  writeFileSync(join(folder, "README"), readme(drive, origin));
}

function originOf({ trace, kernel }: Origin): string {
  return `${trace.spec.name} on ${trace.kernel}, violating ${trace.property}, for the kernel ${kernel}`;
}

function readme({ schedule, probeOf }: Drive, origin: Origin): string {
  const { trace } = origin;
  return `A forced interleaving: ${originOf(origin)}

${trace.sentence}

exclusive-check found this interleaving in its model of the kernel. The program drives threads through it, as schedule.c
says. The module hold.c stops a thread at an instruction of the kernel until the program lets it go on. No kernel code is
changed.

    ./run.sh KERNEL_TREE        builds all, and runs it in a virtual machine (QEMU)

KERNEL_TREE is a built tree of exactly that kernel: the places are offsets in its code. It needs CONFIG_KPROBES,
CONFIG_MODULES, CONFIG_TEST_HMM=m, CONFIG_TMPFS and CONFIG_DEVTMPFS. For another build, write the reproducer again.

The schedule:

${scheduleLines(schedule, probeOf).join("\n")}

The program says whether each thread came to its place ("held"), went another way ("missed") or waited for another thread
("stuck"). Afterwards it takes pages from the allocator, which then checks them. Look at the kernel's log for the rest.
`;
}

/** A line for each piece. */
export function scheduleLines({ pieces }: Schedule, probeOf: Drive["probeOf"]): readonly string[] {
  return pieces.map((piece, index) => {
    const { actor, steps, stopsBefore } = piece;
    const probe = stopsBefore && probeOf(stopsBefore);
    const until =
      probe === undefined
        ? `to the end of "${lastOf(steps).operation}"`
        : `in "${stopsBefore?.operation}", held ${probe.words}: ${probe.places.join(" or ")}`;
    return `    ${index + 1}. ${actor} ${verb(piece, pieces.slice(0, index))} ${until}`;
  });
}

function verb({ actor }: Piece, before: readonly Piece[]): string {
  return before.some((piece) => piece.actor === actor) ? "goes on" : "runs";
}

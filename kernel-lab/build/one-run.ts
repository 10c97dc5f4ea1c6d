/** Two runs must not build in one folder at the same time: make would write the same files twice. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../lab-error.ts";

/**
 * Does the work as the only run in the folder, which is made if it is missing. Throws a LabError if another run is at
 * work there. A run that was killed leaves its mark behind; the next run takes it over.
 */
export async function asOnlyRun(dir: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const mark = join(dir, ".kernel-lab.pid");
  if (!makeMark(mark)) {
    const other = Number(readFileSync(mark, "utf8"));
    if (isRunning(other))
      throw new LabError(`process ${other} builds in ${dir}: wait for it, or choose another folder`);
    rmSync(mark, { force: true });
    if (!makeMark(mark)) throw new LabError(`another process has begun to build in ${dir}: wait for it`);
  }
  try {
    await work();
  } finally {
    rmSync(mark, { force: true });
  }
}

/** Whether the mark was made; false if there is one. */
function makeMark(mark: string): boolean {
  try {
    writeFileSync(mark, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

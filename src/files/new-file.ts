import { closeSync, openSync, rmSync } from "node:fs";
import { writeAll } from "./replace-file.ts";

/** Never over anything that is there, not even a link to nothing; and where not all of it can be written, nothing stays. */
export function writeNewFile(file: string, text: string): void {
  const descriptor = openSync(file, "wx");
  try {
    writeAll(descriptor, Buffer.from(text, "utf8"));
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

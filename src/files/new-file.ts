import { closeSync, openSync, rmSync } from "node:fs";
import { writeAll } from "./replace-file.ts";

/** Never overwrites anything, not even a dangling link. If the text cannot be written completely, the file is removed. */
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

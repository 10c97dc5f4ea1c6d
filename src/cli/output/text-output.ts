import type { FileKind } from "../../files/file-kind.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { outputsOf } from "./outputs.ts";

interface TextFile {
  /** The file of `--output`; undefined for standard output. */
  readonly file: string | undefined;
  readonly kind: FileKind;
  /** The file that the text was made from. */
  readonly from: string;
}

/** Returns the exit code. */
export function writeText(
  text: string,
  { file, kind, from }: TextFile,
  host: Pick<Host, "stdout" | "stderr">,
): ExitCode {
  if (file === undefined) {
    host.stdout.write(text);
    return exitCodes.asExpected;
  }
  const outputs = outputsOf([from], host);
  const output = outputs.open({ name: `--output ${file}`, file, kind });
  output.write(text);
  output.end();
  return outputs.failed() ? exitCodes.usage : exitCodes.asExpected;
}

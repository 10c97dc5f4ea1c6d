import { join } from "node:path";
import type { TraceKeeper } from "../../check/check-request.ts";
import { traceFileName, traceKind, traceText } from "../../trace/write-trace.ts";
import type { Outputs } from "../output/outputs.ts";

/** Writes each trace to a file of its own in the folder. */
export function keepTracesIn(folder: string, outputs: Outputs): TraceKeeper["keepTrace"] {
  return (trace, number = 1) => {
    const path = join(folder, traceFileName(trace, number));
    return outputs.write(path, traceKind, traceText(trace)) ? path : undefined;
  };
}

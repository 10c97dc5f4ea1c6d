import type { Trace } from "../../trace/format.ts";
import { traceFileName, traceText } from "../../trace/write-trace.ts";
import type { TraceFile } from "../protocol.ts";

/** The file that the command line writes. `number`: which one of several traces of the same property, from 1. */
export function traceFileOf(trace: Trace, number = 1): TraceFile {
  return { name: traceFileName(trace, number), text: traceText(trace), trace };
}

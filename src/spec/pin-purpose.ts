/** An actor pins for writing or for reading, and not for both. Only an actor that pins for writing can write. */
import { allCalls, type PlacedCall } from "./calls.ts";
import type { Report } from "./collector.ts";
import type { RawSpec } from "./raw-spec.ts";
import { quote } from "./wording.ts";

const isForReading = ({ attributes }: PlacedCall) => attributes.for === "reading";

export function rejectMixedPins(actor: string, raw: RawSpec, report: Report): void {
  const calls = allCalls(raw).filter((call) => call.actor === actor);
  const pins = calls.filter(({ operation }) => operation.name === "pin");
  const [first] = pins;
  if (first === undefined) return;
  const other = pins.find((pin) => isForReading(pin) !== isForReading(first));
  if (other !== undefined) {
    const message = `${quote(actor)} pins for writing and for reading; expected two actors, one for each`;
    return report(other.path, { code: "spec/contradiction", message }, "key");
  }
  const write = isForReading(first) ? calls.find(({ operation }) => operation.name === "dma_store") : undefined;
  if (write === undefined) return;
  const hint = `did you mean ${quote("dma_load")}?`;
  const message = `${quote(actor)} pins only for reading and cannot write to the page; expected ${quote("dma_load")}`;
  report(write.path, { code: "spec/contradiction", message, hint }, "key");
}

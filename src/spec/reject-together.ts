/** Operations that the model cannot have in one scenario. */
import { notBeside } from "../model/scenario/operation-catalogue.ts";
import { allCalls } from "./calls.ts";
import type { Report } from "./collector.ts";
import type { RawSpec } from "./raw-spec.ts";

export function rejectTogether(raw: RawSpec, report: Report): void {
  const calls = allCalls(raw);
  const names = calls.map(({ operation }) => operation.name);
  for (const { operation, path } of calls) {
    const other = notBeside[operation.name]?.find((name) => names.includes(name));
    if (other === undefined) continue;
    const message = `${operation.name} is not modelled beside ${other}; expected a scenario without one of them`;
    report(path, { code: "spec/contradiction", message }, "key");
  }
}

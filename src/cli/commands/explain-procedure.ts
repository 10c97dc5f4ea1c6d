/** A procedure: its steps and calls in the order of the code, and what a scenario needs them for. */
import { usageError } from "../../diagnostics/usage-error.ts";
import { at } from "../../ir/lookup.ts";
import { isStep, type ProcedureItem } from "../../model/procedures.ts";
import { anonymiser } from "../../model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../../model/scenario/everything.ts";
import { type KernelVersion, kernelVersions } from "../../model/versions/rows.ts";
import { paragraph } from "../../text/paragraph.ts";
import { typedCommand } from "../../text/typed-command.ts";
import type { LibraryFacts } from "../../why/library-facts.ts";
import { type Line, lineOfCall, lineOfStep } from "../../why/line.ts";
import { neededFor } from "../../why/needed.ts";

/**
 * `effects`: by the label of a step. `noticed`: by the name of a line, a scenario that breaks without it. `asked`: show
 * only the steps of this kernel. Throws a UserError if it does not have the procedure.
 */
export function explainProcedure(
  { name, file, steps, outline }: ProcedureItem,
  effects: ReadonlyMap<string, ReadonlySet<string>>,
  noticed: LibraryFacts["lines"],
  asked: KernelVersion | undefined,
): readonly string[] {
  const isShown = ({ kernels }: Pick<ProcedureItem["steps"][number], "kernels">) =>
    asked === undefined || kernels.includes(asked);
  const first = steps.find(isShown);
  if (first === undefined) {
    const having = kernelVersions.filter((kernel) => steps.some(({ kernels }) => kernels.includes(kernel)));
    throw usageError(`${asked} does not have the procedure ${name}`, `it is in ${having.join(", ")}`);
  }
  const rename = anonymiser(at(scenariosOfEverything(), 0));
  const need = (line: Line | undefined): readonly string[] => {
    const text = line && neededFor(line, noticed);
    return text === undefined ? [] : paragraph(`${line?.effect}: ${text}`, "        ", "      ");
  };
  return [
    `${name}: a procedure (${file})${asked === undefined ? "" : ` on ${asked}`}`,
    "",
    ...outline.filter(isShown).flatMap((part) => {
      const where = part.kernels.length === kernelVersions.length ? "" : ` (${part.kernels.join(", ")} only)`;
      if (!isStep(part))
        return [...paragraph(`calls ${part.calls}${where}`, "      ", "  "), ...need(lineOfCall(name, part.calls))];
      const own = [...(effects.get(part.label) ?? [])];
      return [
        ...paragraph(`${part.label} - ${part.note}${where}`, "      ", "  "),
        ...(own.length === 0 ? [] : paragraph(`effects: ${own.join(", ")}`, "        ", "      ")),
        ...own.flatMap((effect) => need(lineOfStep(name, rename(part.label), effect))),
      ];
    }),
    "",
    ...paragraph(
      `An edit can drop a step or one of its effects, move it, split it, or insert another: --edit 'drop ${name}: ${first.label}' (docs/your-patch.md). \`${typedCommand(`why ${name}`)}\` takes each effect away, on each kernel.`,
      "  ",
    ),
  ];
}

/** From the text of a scenario to the scenario. Mistakes in it are thrown as a UserError with positions. */
import { UserError } from "../diagnostics/user-error.ts";
import { typedCommand } from "../text/typed-command.ts";
import { collectorFor } from "./collector.ts";
import { jsonFileKind } from "./json-file-kind.ts";
import { type JsonValue, parseJson } from "./json-value.ts";
import type { RawSpec } from "./raw-spec.ts";
import { rejectTogether } from "./reject-together.ts";
import { resolveActors, resolveInitially } from "./resolve-actors.ts";
import { kernelKeysOf, locateByKernel, resolveChanges, resolveKernels } from "./resolve-kernels.ts";
import { resolveProcesses } from "./resolve-processes.ts";
import { rejectTooMany, resolveProperties, resolveSometimes } from "./resolve-properties.ts";
import { diagnosticAt, diagnosticIn, locateIn, type SourceFile } from "./source-file.ts";
import type { Spec } from "./spec.ts";
import { checkStructure } from "./structure.ts";

/** `file` is the name that diagnostics use. */
export function parseSpec(text: string, file: string): Spec {
  const parsed = parseJson(text);
  if (!parsed.ok) {
    throw new UserError(parsed.mistakes.map((mistake) => diagnosticAt({ file, text }, mistake, mistake)));
  }
  const source = { file, text, root: parsed.root };
  rejectOtherFile(source, parsed.value);
  const { report, throwIfAny } = collectorFor(source);
  checkStructure(parsed.value, report);
  throwIfAny();
  const raw = parsed.value as unknown as RawSpec;

  const processes = resolveProcesses(raw, report);
  const resolved = resolveProperties(raw, report);
  const { properties, paths } = resolved;
  const sometimes = resolveSometimes(raw, report);
  rejectTooMany(resolved, sometimes, report);
  rejectTogether(raw, report);
  const kernelKeys = kernelKeysOf(raw, report);
  const { pages, memory = "enough", swap = 1, synchronousSwap = false } = raw.system;
  const devices = Object.entries(raw.system.devices ?? {}).map(([name, { driver, memory: own = 0 }]) => ({
    name,
    driver,
    memory: own,
  }));
  const spec: Spec = {
    file,
    text,
    name: raw.name,
    description: raw.description,
    kernels: resolveKernels(
      raw,
      kernelKeys,
      properties.map(({ name }) => name),
      report,
    ),
    ...resolveChanges(raw, [], report),
    scenario: {
      system: {
        pages,
        memory,
        swap,
        ...(synchronousSwap ? { synchronousSwap } : {}),
        processes: [...processes.values()],
        devices,
      },
      initially: resolveInitially(raw, processes, report),
      actors: resolveActors(raw, processes, report),
    },
    properties,
    sometimes,
    search: { ...raw.search },
    locate: locateByKernel(locateIn(source), kernelKeys),
    propertyPaths: paths,
    source,
  };
  throwIfAny();
  return spec;
}

/** One sentence instead of a mistake for each key. */
function rejectOtherFile(source: SourceFile, value: JsonValue): void {
  const kind = jsonFileKind(value);
  if (kind === undefined || kind === "scenario") return;
  const hint = kind === "trace" ? `\`${typedCommand(`replay ${source.file}`)}\` executes it again` : undefined;
  const message = `this is a ${kind}; expected a scenario`;
  throw new UserError([diagnosticIn(source, [], { code: "spec/not-a-scenario", message, hint })]);
}

/** The engine of the page, put together from its parts. */
import type { Search } from "../../checker/contract/search-types.ts";
import { required } from "../../ir/lookup.ts";
import { buildModelInTurns, nameModelInTurns, outlineOperations, recordScenario } from "../../model/build-model.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { PackedPackage } from "../messages.ts";
import type { Engine, Source } from "../protocol.ts";
import { answer } from "./answer.ts";
import { catalogue } from "./catalogue.ts";
import { check } from "./check.ts";
import { complete } from "./complete.ts";
import type { EngineHost } from "./engine-host.ts";
import { createExplore } from "./explore.ts";
import { factsOfLines, scenarioNames } from "./facts-of-lines.ts";
import { hover } from "./hover.ts";
import { offersFor } from "./procedures/offers.ts";
import { proceduresOf } from "./procedures.ts";
import { askedBy } from "./question-of-trace.ts";
import { read } from "./read.ts";
import { stoppable } from "./stoppable.ts";
import { subjectOf } from "./subject.ts";
import { convert, openTrace } from "./traces.ts";
import { whyIn } from "./why.ts";

export function createEngine({ version, files }: PackedPackage, search: Search): Engine {
  const host: EngineHost = {
    ...{
      version,
      search,
      buildModel: buildModelInTurns,
      nameModel: nameModelInTurns,
      outlineOperations,
      recordScenario,
    },
    shipped: new Map(Object.entries(files).filter(([file]) => file.startsWith("specs/"))),
  };
  const fileOf = (path: string): string => required(files[path], path);
  const facts = once(() => factsOfLines(JSON.parse(fileOf("facts-of-lines.json")), scenarioNames(Object.keys(files))));
  const specOf = onceEach((file) => parseSpec(fileOf(file), file));
  const why = once(() => whyIn({ ...host, facts: facts(), specOf }));
  const searches = stoppable();
  return {
    catalogue: async () => catalogue(host),
    read: (source) => read(source, host),
    check: (question, onEvent) => searches.run((signal) => check(question, host, signal, onEvent)),
    stop: async () => searches.stop(),
    procedures: (question, kernel) =>
      answer(question, async () =>
        proceduresOf(await subjectOf(question, kernel, host), question.edits, { ...host, noticed: facts().lines }),
      ),
    offers: (question, kernel, line) =>
      answer(question, async () => offersFor(line, await subjectOf(question, kernel, host), host)),
    why: (what, kernels, onProgress) =>
      searches.run((signal) => answer(noSource, () => why().ask(what, kernels, onProgress, signal))),
    explore: createExplore(host),
    openTrace: (name, text) => openTrace(name, text, host),
    askedBy: async ({ trace }) => askedBy(trace, host),
    convert: async (trace, to) => convert(trace, to, fileOf("dist/reporters/viewer.html")),
    complete: async (source, offset) => complete(source, offset),
    hover: async (source, offset) => hover(source, offset),
  };
}

/** The errors of such a question have no place in a text. */
const noSource: Source = { file: "", text: "" };

/** What takes a while is made when it is first asked for. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function onceEach<Value>(make: (name: string) => Value): (name: string) => Value {
  const made = new Map<string, Value>();
  return (name) => {
    const value = made.get(name) ?? make(name);
    made.set(name, value);
    return value;
  };
}

/** Handles the answer to a question: the number of a step, or the name of a variable. */

import { compactName } from "../trace/change-text.ts";
import { type Explorer, standAt } from "./explorer.ts";
import { say } from "./say.ts";
import { lookForChange } from "./search.ts";
import { complete, meantBy, unknownName, variableNames } from "./variables.ts";

/** After a wrong answer, the question stays open. */
export function acceptText(explorer: Explorer, purpose: "step" | "variable", text: string): Explorer {
  return purpose === "step" ? goToStep(explorer, text) : nameVariable(explorer, text);
}

function goToStep(explorer: Explorer, text: string): Explorer {
  const last = explorer.path.length - 1;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= last)) return say(explorer, `expected the number of a step, 0 to ${last}`, "bad");
  return standAt({ ...explorer, mode: { kind: "path" } }, number);
}

/** An empty answer means the last variable. */
function nameVariable(explorer: Explorer, text: string): Explorer {
  const variable = text === "" ? explorer.variable : text;
  if (variable === undefined) return say(explorer, "expected the name of a variable; tab completes it", "bad");
  const names = variableNames(explorer.subject.program, explorer.path);
  if (meantBy(names, variable).length === 0) return say(explorer, unknownName(names, variable), "bad");
  return lookForChange({ ...explorer, variable, mode: { kind: "path" } }, 1);
}

/** Completes the name of a variable; lists the candidates if there are several. */
export function completeText(explorer: Explorer): Explorer {
  const { mode, subject, path } = explorer;
  if (mode.kind !== "prompt" || mode.purpose !== "variable") return explorer;
  const names = variableNames(subject.program, path);
  const { text, candidates } = complete(names.map(compactName), mode.text);
  const completed: Explorer = { ...explorer, mode: { ...mode, text } };
  if (text !== mode.text) return completed;
  if (candidates.length > 0) return say(completed, candidates.join("  "));
  return names.includes(text) ? completed : say(completed, unknownName(names, text), "bad");
}

/** What a property promises, and its checks. */
import type { CheckDefinition, PropertyDefinition } from "../../properties/definition.ts";
import { paragraph } from "../../text/paragraph.ts";

type Lines = readonly string[];

export function explainProperty({ name, sentence, checks, optional }: PropertyDefinition): Lines {
  return [
    `${name}: a property${optional === true ? ", checked only if a scenario names it" : ""}`,
    ...paragraph(sentence, "  "),
    "",
    ...checks.flatMap(explainCheck),
  ];
}

function explainCheck(check: CheckDefinition): Lines {
  switch (check.kind) {
    case "assertion":
      return ["  Every assertion of a step is true. `list procedures --json` has the steps."];
    case "deadlock":
      return ["  If not all actors have finished, some step can be taken."];
    case "ends-alone":
      return ["  No loop of steps of one actor can be reached."];
    case "ends-together":
      return ["  No loop can be reached in which each actor moves or, at some point, cannot move."];
    case "can-finish":
      return ["  From every state, some path leads to a state in which all actors have finished."];
    case "state":
      return ["  In every state", ...premiseOf(check), ...paragraph(check.expr, "      ")];
    case "step":
      return [
        check.on === undefined ? "  In every step" : `  For every event ${check.on}`,
        ...premiseOf(check),
        ...paragraph(check.expr, "      "),
      ];
  }
}

function premiseOf({ premise }: { readonly premise?: string | undefined }): Lines {
  return premise === undefined ? [] : ["    if", ...paragraph(premise, "      "), "    then"];
}

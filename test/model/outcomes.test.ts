import { deepStrictEqual } from "node:assert";
import { describe, it } from "node:test";
import type { Expr } from "../../src/ir/expression.ts";
import type { FlatLocation, FlatStatement } from "../../src/ir/flatten.ts";
import type { Variable } from "../../src/ir/variable.ts";
import { allStatements, variablesRead } from "../../src/ir/visit.ts";
import { recordedSteps } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { anonymiser } from "../../src/model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../../src/model/scenario/everything.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";

describe("outcomes", () => {
  it("a step that decides where its actor goes says how it went, whichever way that is", () => {
    const silent = new Set<string>();
    for (const kernel of kernelVersions)
      for (const scenario of scenariosOfEverything()) {
        const shared = anonymiser(scenario);
        for (const step of recordedSteps(scenario, featuresOf(kernel, { with: [], without: [] })))
          if (hasSilentWay(step)) silent.add(`${step.procedure}: ${shared(step.label)}`);
      }
    deepStrictEqual([...silent].sort(), []);
  });
});

/** Whether the step can go a way that it chose by what it saw, or by chance, and say nothing. */
function hasSilentWay({ body }: FlatLocation): boolean {
  let found = false;
  /** Registers whose values the step has read or decided. */
  const fresh = new Set<Variable>();
  const isFresh = (expr: Expr): boolean =>
    [...variablesRead(expr)].some((variable) => variable.actor === undefined || fresh.has(variable));
  /** Returns whether the end of the statements can be reached silently: false also if it cannot be reached. */
  const walk = (statements: readonly FlatStatement[], silent: boolean, decided: boolean): boolean => {
    let still = silent;
    for (const statement of statements) {
      if (statement.op === "outcome") still = false;
      if (statement.op === "goto") {
        found ||= still && decided;
        return false;
      }
      if (statement.op === "assign" && (decided || isFresh(statement.value))) fresh.add(statement.target.variable);
      if (statement.op === "if") {
        const decides = decided || (isFresh(statement.condition) && leadsApart(statement.then, statement.otherwise));
        const [then, otherwise] = [walk(statement.then, still, decides), walk(statement.otherwise, still, decides)];
        still = then || otherwise;
      }
      if (statement.op === "choose")
        still = statement.alternatives.map(({ body: one }) => walk(one, still, true)).some((one) => one);
    }
    return still;
  };
  walk(body, true, false);
  return found;
}

/** Whether two branches lead the actor to different places or leave it with other registers. */
function leadsApart(...branches: readonly (readonly FlatStatement[])[]): boolean {
  const [one, other] = branches.map((branch) =>
    [...allStatements(branch)]
      .flatMap((statement) => {
        if (statement.op === "goto") return [`to ${statement.location}`];
        return statement.op === "assign" && statement.target.variable.actor !== undefined
          ? [`${statement.target.variable.name}`]
          : [];
      })
      .join(),
  );
  return one !== other;
}

/** A trace as a SARIF code flow: one thread flow for each actor, and an order of execution over all of them. */
import { compactChange, compactSeen } from "../trace/change-text.ts";
import { deedOf, seenBesideDeed } from "../trace/deed.ts";
import type { Change, Trace, TraceStep } from "../trace/format.ts";
import { tellStory } from "../trace/story.ts";
import type { CheckResult } from "./report.ts";
import { locationIn } from "./sarif-location.ts";

type Scenario = Pick<CheckResult, "file" | "locate">;

export function codeFlowOf(trace: Trace, scenario: Scenario): object {
  const actors = [...new Set(trace.steps.map(({ actor }) => actor))];
  const { repeats } = trace.violation;
  return {
    message: { text: tellStory(trace).join(" ") },
    // The steps from this one on repeat for ever.
    ...(repeats === undefined ? {} : { properties: { loopBegins: repeats } }),
    threadFlows: actors.map((actor) => ({
      id: actor,
      message: { text: actor },
      initialState: stateOf(Object.entries(trace.initial)),
      locations: trace.steps.filter((step) => step.actor === actor).map((step) => flowLocation(step, trace, scenario)),
    })),
  };
}

/** The step is kernel code, which the reader's repository does not contain. So the location is the actor's line. */
function flowLocation(step: TraceStep, { steps }: Trace, scenario: Scenario): object {
  const { n, actor, procedure, label, choice, stack, source, changes, matters } = step;
  const chosen = choice.alternatives.length === 0 ? "" : ` [${choice.alternatives.join(", ")}]`;
  return {
    location: {
      ...locationIn(scenario, ["actors", actor]),
      logicalLocations: [
        { name: procedure, fullyQualifiedName: `${source.file}: ${source.function}: ${label}`, kind: "function" },
      ],
      message: {
        text: [
          `${procedure}: ${label}${chosen} - ${deedOf(step)}`,
          ...seenBesideDeed(step).map(compactSeen),
          ...told(changes).map((change) => compactChange(change)),
        ].join("\n"),
      },
    },
    executionOrder: n,
    nestingLevel: Math.max(0, stack.length - 1),
    importance: matters ? (n === steps.length ? "essential" : "important") : "unimportant",
    state: stateOf(changes.flatMap(({ variable, new: now }) => (now === null ? [] : [[variable, now] as const]))),
  };
}

function told(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ kind }) => kind === "shared" || kind === "ghost");
}

function stateOf(values: readonly (readonly [string, string])[]): Readonly<Record<string, { readonly text: string }>> {
  return Object.fromEntries(values.map(([name, text]) => [name, { text }]));
}

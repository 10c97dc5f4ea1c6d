/** What is chosen beside the text of the scenario. */
import type { KernelVersion } from "../../../model/versions/rows.ts";
import type { Engine, QuestionOptions } from "../../protocol.ts";
import { kernelsOf } from "../state/kernels.ts";
import { questionOf } from "../state/state.ts";
import { stillOpen } from "../state/still-open.ts";
import type { Store } from "../state/store.ts";
import type { Choices } from "../state/work.ts";

export interface QuestionActions {
  readonly choose: (choices: Partial<Choices>) => void;
  readonly switchKernel: (kernel: KernelVersion) => void;
  readonly switchProperty: (property: string) => void;
  /** On, off, or as the kernel has it. */
  readonly setFeature: (feature: string, how: "with" | "without" | "as it is") => void;
  /** Undefined: the default. */
  readonly setOption: <Name extends keyof QuestionOptions>(
    name: Name,
    value: QuestionOptions[Name] | undefined,
  ) => void;
  /** In the form of `--edit`. It is added only if the engine can apply it; if not, its error is shown at the field. */
  readonly addEdit: (edit: string) => Promise<boolean>;
  /** Its position among the edits. The same edit can be there twice. */
  readonly removeEdit: (number: number) => void;
}

export function questionActions(store: Store, engine: Engine): QuestionActions {
  const choose = (choices: Partial<Choices>) => store.change({ choices: { ...store.state().choices, ...choices } });
  const chosen = () => store.state().choices;

  return {
    choose,
    switchKernel(kernel) {
      const { catalogue, lastFacts } = store.state();
      const now = kernelsOf(store.state());
      const next = now.includes(kernel) ? now.filter((one) => one !== kernel) : [...now, kernel];
      const ordered = (catalogue?.kernels ?? []).map(({ name }) => name).filter((name) => next.includes(name));
      const named = lastFacts?.kernels ?? [];
      // The scenario's own kernels, or none at all, are the same question as no choice.
      choose({ kernels: ordered.join() === named.join() ? [] : ordered });
    },
    switchProperty(property) {
      const { properties } = chosen();
      choose({
        properties: properties.includes(property)
          ? properties.filter((one) => one !== property)
          : [...properties, property],
      });
    },
    setFeature(feature, how) {
      const others = (features: readonly string[]) => features.filter((one) => one !== feature);
      choose({
        with: how === "with" ? [...others(chosen().with), feature] : others(chosen().with),
        without: how === "without" ? [...others(chosen().without), feature] : others(chosen().without),
      });
    },
    setOption(name, value) {
      const { [name]: _, ...others } = chosen().options;
      choose({ options: value === undefined ? others : { ...others, [name]: value } });
    },
    async addEdit(text) {
      const edit = text.trim();
      if (edit === "") return true;
      const edits = [...chosen().edits, edit];
      const [kernel] = kernelsOf(store.state());
      if (kernel !== undefined) {
        const isOpen = stillOpen(store);
        const answer = await engine.procedures({ ...questionOf(store.state()), edits }, kernel);
        if (!isOpen()) return false;
        if (!answer.ok) {
          store.change({ editError: answer.diagnostics.map(({ rendered }) => rendered).join("\n") });
          return false;
        }
      }
      store.change({ editError: "" });
      choose({ edits });
      return true;
    },
    removeEdit: (number) => choose({ edits: chosen().edits.toSpliced(number, 1) }),
  };
}

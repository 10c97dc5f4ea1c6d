/** Edits of the kernel's model: what `buildModel` takes as a change. */
import type { ActorChange } from "../model/build-model.ts";
import { recordPrimitive } from "../model/primitives.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import { type Done, editActor } from "./apply-edit.ts";
import type { Edit } from "./edit.ts";

/** `onDone` hears, for each actor, what each edit did. */
export function changeOf(edits: readonly Edit[], onDone: (done: readonly Done[]) => void = () => {}): ActorChange {
  return (actor, context) => {
    const { machine } = context;
    const model = {
      has: machine.has,
      record: (...[primitive, surroundings]: Parameters<Parameters<typeof editActor>[2]["record"]>) =>
        recordPrimitive(primitive, context, surroundings),
    };
    const edited = editActor(actor, edits, model, anonymiser(machine.scenario));
    onDone(edited.done);
    return edited.actor;
  };
}

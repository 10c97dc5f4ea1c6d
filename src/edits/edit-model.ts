/** Edits of the kernel's model: what `buildModel` takes as a change. */
import type { ActorChange } from "../model/build-model.ts";
import { recordPrimitive } from "../model/primitives.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import { editActor } from "./apply-edit.ts";
import type { Edit } from "./edit.ts";

/** `onPlaces` hears, for each actor, how many places each edit changed. */
export function changeOf(
  edits: readonly Edit[],
  onPlaces: (places: readonly number[]) => void = () => {},
): ActorChange {
  return (actor, context) => {
    const { machine } = context;
    const model = {
      has: machine.has,
      record: (...[primitive, surroundings]: Parameters<Parameters<typeof editActor>[2]["record"]>) =>
        recordPrimitive(primitive, context, surroundings),
    };
    const edited = editActor(actor, edits, model, anonymiser(machine.scenario));
    onPlaces(edited.places);
    return edited.actor;
  };
}

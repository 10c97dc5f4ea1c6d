/** Who keeps an address space alive (mm_users), in scenarios in which a process may exit. */
import { add, type Expr, eq, ge, ne } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { decrement } from "./counter.ts";

/** The position of an operation in an actor's program, and what remains to be done if the actor is killed before it. */
export interface Place {
  readonly name: string;
  readonly killed: (name: string) => void;
}

/**
 * Wraps an operation of a thread. Once its process exits, the thread begins no other operation, and the exit waits for
 * an operation that has begun. The out-of-memory reaper does not count as a user: it keeps the mm_struct, not the
 * address space.
 */
export function asUser(k: Recorder, context: Context, name: string, place: Place, operation: () => void): void {
  const { machine, mm } = context;
  if (!machine.uses("exit") || name === "exit" || name === "oom_reap") return operation();
  const killed = k.register(`killed before ${name} ${place.name}`, bool);
  k.step(`begin ${name} ${place.name}`, "begins, unless the process is exiting", () => {
    k.set(killed, ne(machine.exitState(mm), "running"));
    k.if(
      eq(machine.exitState(mm), "running"),
      () => {
        k.outcome(`begins ${name}`);
        k.set(machine.mmUsers(mm), add(machine.mmUsers(mm), 1));
      },
      () => k.outcome("sees the process exiting: begins nothing more"),
    );
  });
  k.if(killed, () => {
    place.killed(place.name);
    k.return();
  });
  operation();
  k.step(`end ${name} ${place.name}`, "is done", () => dropUser(k, machine, mm));
}

/** mmget_not_zero(), around what a driver does for its device: false if the address space is gone. */
export function withMm(k: Recorder, { machine, mm }: Context, answer: () => Expr): Expr {
  if (!machine.uses("exit")) return answer();
  const answered = k.register("answered", bool);
  k.step("mmget_not_zero", "keeps the address space alive, unless it is gone already", () => {
    k.set(answered, true);
    k.if(
      ge(machine.exitState(mm), 2),
      () => {
        k.outcome("finds the address space gone");
        k.set(answered, false);
      },
      () => {
        k.outcome("keeps the address space alive");
        k.set(machine.mmUsers(mm), add(machine.mmUsers(mm), 1));
      },
    );
  });
  k.if(answered, () => {
    k.set(answered, answer());
    k.step("mmput", "drops its use of the address space", () => dropUser(k, machine, mm));
  });
  return answered;
}

function dropUser(k: Recorder, machine: Machine, mm: number): void {
  decrement(k, machine.mmUsers(mm), "mmput of an address space without users");
}

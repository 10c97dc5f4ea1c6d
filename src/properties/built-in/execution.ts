/** Locks, the kernel's own assertions, and whether operations succeed and finish. */
import type { PropertyDefinition } from "../definition.ts";

export const execution: readonly PropertyDefinition[] = [
  {
    name: "lock-discipline",
    sentence: "No actor unlocks a lock that it does not hold, and no actor ends while it holds a lock or a reference.",
    checks: [
      { kind: "assertion" },
      {
        kind: "state",
        premise: "actors.exists(a, a.finished)",
        expr: "actors.filter(a, a.finished).all(a, a.page_locks == 0 && a.references == 0 && a.other_locks == 0)",
      },
      // A lock that is held for reading does not record its holder.
      {
        kind: "state",
        premise: "size(actors) > 0 && actors.all(a, a.finished)",
        expr: "!actors.all(a, a.finished) || mms.all(m, m.mmap_readers == 0 && m.invalidations == 0) && ptes.all(e, e.vma_readers == 0) && vmas.all(v, v.anon_vma_readers == 0 && v.i_mmap_readers == 0) && devices.all(d, !d.subscribed)",
      },
    ],
  },
  {
    name: "kernel-assertions",
    sentence:
      "No check of the kernel itself fails: no BUG_ON, WARN_ON, bad page state, count below zero, or use of unset or freed kernel data.",
    checks: [{ kind: "assertion" }],
  },
  {
    name: "request-succeeds",
    sentence: "No operation of an actor fails. For scenarios in which nothing prevents success.",
    optional: true,
    checks: [{ kind: "state", premise: "actors.exists(a, a.finished || a.failed)", expr: "actors.all(a, !a.failed)" }],
  },
  {
    name: "no-deadlock",
    sentence: "No deadlock: if no actor can take a step, all actors have finished.",
    checks: [{ kind: "deadlock" }],
  },
  {
    name: "can-always-finish",
    sentence: "From every state every operation can still finish: there is no livelock.",
    checks: [{ kind: "can-finish" }],
  },
  {
    name: "ends-alone",
    sentence: "No actor that runs alone can go round for ever: there is no endless retry.",
    checks: [{ kind: "ends-alone" }],
  },
  {
    name: "ends-together",
    sentence: "Actors that all go on cannot keep each other from finishing an operation for ever.",
    optional: true,
    checks: [{ kind: "ends-together" }],
  },
];

/** The names and positions that the lists of memory and of agents share. */
import { constant, type Expr, eq, type Operand } from "../../ir/expression.ts";
import { enumeration, int } from "../../ir/types.ts";
import { type Machine, processStates } from "../machine/machine.ts";
import { enumerationOrEmpty, literalOf, lookup } from "./values.ts";

export type Vocabulary = ReturnType<typeof vocabularyOf>;

export function vocabularyOf(machine: Machine) {
  const { mms, addresses, devices, actors } = machine;
  const processType = enumeration(
    "Process",
    mms.map(({ name }) => name),
  );
  const addressType = enumeration("Address", addresses);
  const actorType = enumeration(
    "Actor",
    actors.map(({ name }) => name),
  );
  const actorNames = actorType.literals;
  const running = (mm: Operand) =>
    eq(
      lookup(
        mm,
        mms.map((_, number) => machine.processState(number)),
      ),
      literalOf(processStates, "running"),
    );
  const perAddress = <T>(values: readonly T[], of: (value: T, va: number) => Expr) =>
    values.flatMap((value) => addresses.map((_, va) => of(value, va)));
  const mmNumbers = mms.map((_, number) => number);
  const number = (value: number, max: number) => constant(value, int(0, Math.max(0, max)));

  const deviceType = enumerationOrEmpty(
    "Device",
    devices.map(({ name }) => name),
  );
  return {
    processType,
    addressType,
    actorType,
    actorNames,
    deviceType,
    mmNumbers,
    /** Whether the process of an address space is running. */
    running,
    /** One element for each pair of a value and an address; the address counts fastest. */
    perAddress,
    /** A constant among the numbers up to `max`. */
    number,
  };
}

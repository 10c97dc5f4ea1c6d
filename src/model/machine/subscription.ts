import type { Machine } from "./machine.ts";

/**
 * Whether the driver's interval notifier always covers the whole address space, rather than one page for each request.
 */
export function hasStandingSubscription(machine: Pick<Machine, "devices">, device: number): boolean {
  const driver = machine.devices[device]?.driver;
  return driver === "test_hmm" || driver === "as-documented";
}

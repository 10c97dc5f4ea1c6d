import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instruction, type KernelCode, plainName } from "../../../kernel-lab/race/kernel-code.ts";
import { probePointOf } from "../../../kernel-lab/race/probe-points.ts";
import { instructionsIn, symbolsIn } from "../../../kernel-lab/race/read-kernel-code.ts";

/** Functions by symbol; an instruction is `TEXT @ inlined function < its caller`. */
function code(functions: Readonly<Record<string, readonly string[]>>): KernelCode {
  const symbols = Object.keys(functions);
  return {
    functionNamed(name) {
      const symbol = symbols.find((one) => plainName(one) === name);
      if (symbol === undefined) return undefined;
      const instructions = (functions[symbol] ?? []).map((line, index): Instruction => {
        const [text = "", chain = ""] = line.split(" @ ");
        const inlined = chain === "" ? [] : chain.split(" < ");
        const [, calls] = /^call (\w+)$/.exec(text) ?? [];
        return { offset: 16 * index, length: 5, text, calls, functions: [...inlined, plainName(symbol)] };
      });
      return { symbol, instructions };
    },
  };
}

const frame = (procedure: string) => ({ procedure, source: { file: "mm/memory.c", function: procedure } });
const at = (procedure: string, label: string, ...callers: string[]) => ({
  procedure,
  label,
  stack: [...callers, procedure].map(frame),
});

const fault = at("remove_device_exclusive_entry", "trylock_page", "handle_pte_fault");

test("a call in a function of its own is found by the function's symbol", () => {
  const kernel = code({ "remove_device_exclusive_entry.isra.0": ["push", "call folio_trylock", "ret"] });
  assert.deepEqual(probePointOf(fault, kernel), {
    places: ["remove_device_exclusive_entry.isra.0+0x10"],
    waits: "sleep",
    split: undefined,
    words: "before folio_trylock in remove_device_exclusive_entry",
  });
});

test("a call in an inlined function is found in the function that it is inlined into", () => {
  const kernel = code({
    do_swap_page: ["call folio_trylock", "call folio_trylock @ remove_device_exclusive_entry", "ret"],
  });
  const found = probePointOf(fault, kernel);
  assert.ok("places" in found);
  assert.deepEqual(found.places, ["do_swap_page+0x10"]);
  assert.match(found.words, /inlined in do_swap_page/);
});

test("if the called function is inlined as well, the place is its first instruction", () => {
  const kernel = code({
    do_swap_page: [
      "push",
      "mov @ folio_flags < folio_trylock < remove_device_exclusive_entry",
      "lock bts @ folio_trylock < remove_device_exclusive_entry",
    ],
  });
  const found = probePointOf(fault, kernel);
  assert.deepEqual("places" in found && found.places, ["do_swap_page+0x10"]);
});

test("the second half of a step that sets a flag is in the middle of an instruction, which is read", () => {
  const place = at("__SetPageUptodate", "store flags", "handle_pte_fault", "do_anonymous_page");
  const kernel = (instruction: string) =>
    code({ do_pte_missing: ["push", `${instruction} @ ___set_bit < __folio_mark_uptodate < do_anonymous_page`] });
  const split = (instruction: string) => {
    const found = probePointOf(place, kernel(instruction));
    return "places" in found ? found.split : found.because;
  };
  assert.deepEqual(split("btsq $0x3,(%rax)"), { register: "rax", offset: 0, mask: 8, length: 5 });
  assert.deepEqual(split("orb $0x4,0x10(%r12)"), { register: "r12", offset: 16, mask: 4, length: 5 });
  assert.equal(split("btsq $0x3,(%rax,%rbx,8)"), 'the instruction "btsq $0x3,(%rax,%rbx,8)" cannot be split');
});

test("a step without a place gets a reason: no rule, no such code, or what is known about it", () => {
  const kernel = code({ do_swap_page: ["ret"] });
  const reason = (place: Parameters<typeof probePointOf>[0]) => {
    const found = probePointOf(place, kernel);
    return "because" in found ? found.because : "drivable";
  };
  assert.match(reason(at("no_such_procedure", "step")), /no place in the kernel is known/);
  assert.match(reason(fault), /no place where remove_device_exclusive_entry enters folio_trylock/);
  assert.match(reason(at("zap_page_range", "zap_pte_range buf[0]")), /page-table lock is held/);
});

test("the part of a function that is entered is chosen among its symbols", () => {
  const symbols = symbolsIn(
    [
      "ffffffff81000100 0000000000000010 t do_fault.cold",
      "ffffffff81000200 0000000000000020 t do_fault.part.0",
      "ffffffff81000300 0000000000000030 T do_fault",
      "ffffffff81000400 0000000000000008 D do_fault_data",
    ].join("\n"),
  );
  assert.deepEqual(symbols.get("do_fault"), { name: "do_fault", address: 0xffffffff81000300n, size: 0x30n });
  assert.equal(symbols.size, 1);
});

test("instructions are read from objdump's listing, without lines that continue one", () => {
  const listing = [
    "ffffffff8116e755 <do_swap_page>:",
    "ffffffff8116e7b8:\tcall   ffffffff811663ba <pte_to_swp_entry>",
    "ffffffff8116e7bd:\tlock btsq  $0x0,(%rax)",
    "",
  ].join("\n");
  assert.deepEqual(instructionsIn(listing), [
    { address: 0xffffffff8116e7b8n, text: "call ffffffff811663ba <pte_to_swp_entry>", calls: "pte_to_swp_entry" },
    { address: 0xffffffff8116e7bdn, text: "lock btsq $0x0,(%rax)", calls: undefined },
  ]);
});

test("in a module, a call's relocation says which function is called", () => {
  const listing = [
    "    1100:\tcall   1105 <dmirror_exclusive+0x105>",
    "\t\t\t1101: R_X86_64_PLT32\tunlock_page-0x4",
    "    1105:\tmov    0x0(%rip),%rax",
    "\t\t\t1108: R_X86_64_PC32\t.bss-0x4",
  ].join("\n");
  assert.deepEqual(
    instructionsIn(listing).map(({ calls }) => calls),
    ["unlock_page", undefined],
  );
});

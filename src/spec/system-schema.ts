/** The part of the spec files' schema that describes the machine. */
import { driverNames } from "../model/scenario/drivers.ts";
import { memorySupplies, userfaultfdModes } from "../model/scenario/scenario.ts";
import { type JsonSchema, namePattern } from "./schema-types.ts";

const maxPages = 16;

const vma: JsonSchema = {
  description: "A range of virtual memory.",
  type: "object",
  properties: {
    pages: { description: "Its length in pages.", type: "integer", minimum: 1, maximum: maxPages, examples: [2] },
    flags: {
      description: "What the process may do with the range; by default both.",
      type: "array",
      items: { enum: ["read", "write"] },
      minItems: 1,
      default: ["read", "write"],
      examples: [["read", "write"], ["read"]],
    },
    backing: {
      description:
        '"anonymous" memory, or a "private-file" mapping: written pages are anonymous copies, and truncating the file zaps them.',
      enum: ["anonymous", "private-file"],
      default: "anonymous",
      examples: ["anonymous"],
    },
    folio: {
      description:
        "Pages in a folio of anonymous memory. With 2, a write fault on an empty pair of pages allocates both as one folio, mapped page by page. A private-file mapping has 1.",
      enum: [1, 2],
      default: 1,
      examples: [2],
    },
    pmdMapped: {
      description:
        'Whether a PMD may map the two pages of the VMA as a whole. With "folio": 2 a write fault maps them so, and get_user_pages splits the mapping for a device. With "folio": 1 they are single pages until `collapse`.',
      type: "boolean",
      default: false,
      examples: [true],
    },
    userfaultfd: {
      description:
        'What userfaultfd write protection does in the range. "sync": a write fault waits for userspace; an address at which nothing is mapped is not protected. "unpopulated": such an address is protected too (WP_UNPOPULATED). "async": a write fault ends the protection itself (WP_ASYNC), which PAGEMAP_SCAN needs.',
      enum: userfaultfdModes,
      default: "sync",
      examples: [...userfaultfdModes],
    },
  },
  required: ["pages"],
  additionalProperties: false,
  examples: [{ pages: 2, flags: ["read", "write"], backing: "anonymous" }],
};

export const systemSchema: JsonSchema = {
  description: "The machine: its memory, its processes and its devices.",
  type: "object",
  properties: {
    pages: {
      description: "Physical pages that can be allocated.",
      type: "integer",
      minimum: 1,
      maximum: maxPages,
      examples: [2],
    },
    swap: {
      description: "Slots of the swap device; each holds one page. They matter only in scenarios that reclaim pages.",
      type: "integer",
      minimum: 0,
      maximum: maxPages,
      default: 1,
      examples: [1],
    },
    synchronousSwap: {
      description:
        "Whether the swap device reads and writes at once, as zram does (SWP_SYNCHRONOUS_IO). Up to v6.15, faults then bypass the swap cache if no other entry stands for its slot.",
      type: "boolean",
      default: false,
      examples: [true],
    },
    memory: {
      description:
        'Whether an allocation fails only if no page is free ("enough"), or may fail at any time ("may-fail").',
      enum: memorySupplies,
      default: "enough",
      examples: [...memorySupplies],
    },
    processes: {
      description: "The processes that exist from the start. Processes that a fork makes are not listed here.",
      type: "object",
      minProperties: 1,
      propertyNames: { pattern: namePattern },
      additionalProperties: {
        description: "A process.",
        type: "object",
        properties: {
          vmas: {
            description: "The process's memory by name.",
            type: "object",
            minProperties: 1,
            propertyNames: { pattern: namePattern },
            additionalProperties: vma,
            examples: [{ buf: { pages: 2 } }],
          },
        },
        required: ["vmas"],
        additionalProperties: false,
        examples: [{ vmas: { buf: { pages: 2 } } }],
      },
      examples: [{ parent: { vmas: { buf: { pages: 2 } } } }],
    },
    devices: {
      description: "The devices by name.",
      type: "object",
      propertyNames: { pattern: namePattern },
      additionalProperties: {
        description: "A device that accesses the memory of one process.",
        type: "object",
        properties: {
          driver: {
            description:
              "The driver to model: nouveau, the kernel's test_hmm module, or a driver as the kernel's documentation describes it.",
            enum: driverNames,
            examples: [...driverNames],
          },
          memory: {
            description:
              "Pages of the device's own memory, to which migrate_to_device moves pages (device-private memory: CPUs cannot access it). They do not count as pages of the system.",
            type: "integer",
            minimum: 0,
            maximum: maxPages,
            default: 0,
            examples: [1],
          },
        },
        required: ["driver"],
        additionalProperties: false,
        examples: [{ driver: "nouveau" }],
      },
      examples: [{ gpu: { driver: "nouveau" } }],
    },
  },
  required: ["pages", "processes"],
  additionalProperties: false,
  examples: [
    { pages: 2, processes: { parent: { vmas: { buf: { pages: 2 } } } }, devices: { gpu: { driver: "nouveau" } } },
  ],
};

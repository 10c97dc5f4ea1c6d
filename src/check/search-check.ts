/** The search of a check: that of the check before it if both have the same program and ask the same, or a new one. */
import type { SearchOptions, SearchResult } from "../checker/contract/search-types.ts";
import type { Property } from "../ir/property.ts";
import { type FeatureName, featuresOf } from "../model/features/catalogue.ts";
import { givesSameAnswers, listening } from "../model/features/listening.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { CheckHost, CheckRequest } from "./check-request.ts";
import { uncheckedAssertions } from "./coverage.ts";
import { rejectMissingFeatures } from "./missing-features.ts";
import { paranoid } from "./paranoid-search.ts";
import { type Prepared, prepareCheck } from "./prepare.ts";
import { exhausts, searchOptions } from "./search-options.ts";

export interface SearchedCheck {
  /** The kernel whose program was searched. */
  readonly kernel: KernelVersion;
  readonly prepared: Prepared;
  /** Assertions whose property is not checked. */
  readonly unchecked: readonly Property[];
  /** The properties, the states that must be reachable, and the unchecked assertions. */
  readonly searched: readonly Property[];
  readonly searching: SearchOptions;
  readonly found: SearchResult;
}

/** Throws and rejects as `runCheck` does. */
export type SearchCheck = (request: CheckRequest, host: CheckHost) => Promise<SearchedCheck>;

export const searchAnew: SearchCheck = async (request, host) => {
  const prepared = await prepareCheck(request, host);
  const properties = prepared.properties.map(({ property }) => property);
  const unchecked = uncheckedAssertions(prepared.program, properties);
  const searched = [...properties, ...prepared.sometimes, ...unchecked];
  const search = request.symmetry === "compare" ? paranoid(host.search) : host.search;
  const searching = searchOptions(request, prepared, host);
  const found = await search(prepared.program, searched, searching);
  return { kernel: request.kernel, prepared, unchecked, searched, searching, found };
};

interface Last {
  readonly request: CheckRequest;
  /** The features that the model asked for while it was built, and the answers. */
  readonly answers: ReadonlyMap<FeatureName, boolean>;
  readonly result: SearchedCheck;
}

/**
 * Two kernels that a file names one after the other often differ in nothing that the scenario uses. A model learns of
 * its kernel only by asking whether this has a feature, so equal answers to all that it asked give the same program.
 */
export function searchOnce(): SearchCheck {
  let last: Last | undefined;
  return async (request, host) => {
    rejectMissingFeatures(request.spec, request.kernel, request.features);
    if (last !== undefined && asksTheSame(last, request)) return last.result;
    last = undefined;
    const answers = new Map<FeatureName, boolean>();
    const result = await searchAnew(request, {
      ...host,
      buildModel: (scenario, features, ...rest) => host.buildModel(scenario, listening(features, answers), ...rest),
    });
    if (result.found.complete) last = { request, answers, result };
    return result;
  };
}

function asksTheSame({ request: before, answers }: Last, request: CheckRequest): boolean {
  if (before.spec !== request.spec || [before, request].some(isEditedOrKept)) return false;
  const { properties } = before;
  const areSame = properties.every((property, position) => property === request.properties[position]);
  if (!areSame || properties.length !== request.properties.length) return false;
  if (optionsOf(before) !== optionsOf(request)) return false;
  return givesSameAnswers(featuresOf(request.kernel, request.features), answers);
}

function isEditedOrKept({ features, checkpoint }: CheckRequest): boolean {
  return (features.edits ?? []).length > 0 || Object.keys(checkpoint).length > 0;
}

function optionsOf(request: CheckRequest): string {
  const { limits, store, symmetry, traces } = request;
  return JSON.stringify([limits, store, symmetry, traces, exhausts(request)]);
}

/** Stands in a bundle for src/checker/checkpoint/search-identity.ts: without checkpoints, no search is identified. */
export const searchIdentity = (): string => "";

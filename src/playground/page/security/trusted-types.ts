/** The part of the Trusted Types API that is used here. A policy gives objects which stand for its strings. */
interface TrustedTypes {
  createPolicy<Rules extends Readonly<Record<string, (text: string) => string>>>(name: string, rules: Rules): Rules;
}

/** Undefined in a browser that does not have the API. There, the digests in the page's security policy protect as well. */
export const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };

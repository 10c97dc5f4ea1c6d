/** Why no scenario notices that a feature is missing from the model, by its name. src/why/reasons.ts has those of lines. */
export const featureReasons: Readonly<Record<string, string>> = {};

/** What a link to the page may hold. The page refuses more, because a link can come from anybody. */

/** In characters. A shipped scenario takes 500 to 1,500. */
export const longestFragment = 100_000;
/** In characters. A shipped scenario has at most 2,000. The page opens no larger file either. */
export const longestScenario = 2 ** 16;

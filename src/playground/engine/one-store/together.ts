/** For the page: it does not judge `ends-together`, and reports the property as untested. */
import type { Together } from "../../../checker/liveness/together.ts";

export const together: Together | undefined = undefined;

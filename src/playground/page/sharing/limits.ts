/** How much of what comes from anybody the page opens. It shows all of a question at once, so there must be an end. */
import { longestScenario } from "../../../cli/options/link-limits.ts";
import { grouped } from "../../../text/quantities.ts";
import type { Question } from "../../protocol.ts";

const mostLines = 4000;
/** In characters. */
const longestName = 256;
const longestEntry = 512;
/** Of each list. There are fewer features and properties. */
const mostEntries = 100;

/** Why the page does not open a question; undefined if it does. */
export function tooMuchIn(question: Question): string | undefined {
  const { file, text, kernels, with: added, without, edits, properties } = question;
  if (text.length > longestScenario) return `its scenario has more than ${grouped(longestScenario)} characters`;
  if (text.split("\n").length > mostLines) return `its scenario has more than ${grouped(mostLines)} lines`;
  if (file.length > longestName) return `the name of its scenario has more than ${longestName} characters`;
  for (const [what, list] of Object.entries({ kernels, features: [...added, ...without], edits, properties })) {
    if (list.length > mostEntries) return `it has more than ${mostEntries} ${what}`;
    if (list.some((entry) => entry.length > longestEntry))
      return `one of its ${what} has more than ${longestEntry} characters`;
  }
  return undefined;
}

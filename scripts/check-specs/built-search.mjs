// A process for every-way.ts that searches with built code. The threads of a search inherit the options
// of their process. With the options for TypeScript they would take ten times as long to start.
const { search } = await import(new URL("../../dist/checker/search.js", import.meta.url).href);

/** @type {Pick<import("../library/runs.ts").Question, "program" | "properties" | "symmetries"> | undefined} */
let question;

/** @param {import("./every-way.ts").Request} request */
async function answer(request) {
  question = request.question ?? question;
  const { symmetric, ...options } = request.options;
  const { program, properties, symmetries } = question ?? {};
  process.send?.(await search(program, properties, symmetric ? { ...options, symmetries } : options));
}

process.on("message", (request) => answer(/** @type {import("./every-way.ts").Request} */ (request)));

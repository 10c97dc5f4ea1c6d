import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../../src/playground/engine/catalogue.ts";
import { commandLine } from "../fixtures/command-line.ts";
import { host } from "./same-question.ts";

test("the catalogue has the kernels, features and properties of `list`, in its words", async () => {
  const { version, kernels, features, properties } = catalogue(host);
  assert.equal(version, host.version);
  const listed = async (what: string) => JSON.parse((await commandLine("list", what, "--json")).stdout);
  const withoutDetails = (items: readonly { name: string; sentence: string }[]) =>
    items.map(({ name, sentence }) => ({ name, sentence }));
  const listedKernels = withoutDetails(await listed("kernels"));
  assert.deepEqual(
    kernels,
    // Each feature says on which kernels it is on.
    listedKernels.map(({ name, sentence }) => ({
      name,
      sentence: sentence.replace(/ It has [^.]*(\.\d+[^.]*)*\.$/, ""),
    })),
  );
  assert.deepEqual(properties, withoutDetails(await listed("properties")));
  assert.deepEqual(
    features,
    (await listed("features")).map(({ name, sentence, kernels: on }: Record<string, unknown>) => ({
      name,
      sentence,
      on,
    })),
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { editorMarkup } from "../../src/playground/page/editor/editor-markup.ts";
import { hostileText } from "../fixtures/hostile-text.ts";

test("the markup of highlighted lines passes", () => {
  const line = '<div class=pce-line aria-hidden=true><span class="token string">"&lt;script>"</span>\n</div>';
  assert.equal(editorMarkup(line), line);
});

test("no other element, attribute or handler passes, wherever it stands", () => {
  for (const wrong of [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<span onclick=alert(1)>",
    '<span class="a" style="color:red">',
    '<span class="a" onmouseover="alert(1)">',
    "<span class=a\nonclick=alert(1)>",
    "<a href=javascript:alert(1)>",
    "<div><svg/onload=alert(1)></div>",
    "<!--",
  ])
    assert.throws(() => editorMarkup(`<div class=pce-line>${wrong}</div>`), /unexpected markup/, wrong);
});

test("what passes holds no element but those of the editor", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      let passed = "";
      try {
        passed = editorMarkup(text);
      } catch {
        return;
      }
      assert.doesNotMatch(passed.replace(/<\/?(div|span|textarea)\b[^<>]*>/g, ""), /</);
    }),
  );
});

/** The script that stands in the page in plain text: unpacks everything else, and starts it. */

import type { startPlayground } from "./main.ts";
import { unpack } from "./packed.ts";
import { trustedTypes } from "./security/trusted-types.ts";

const packed = unpack(document.getElementById("packed")?.textContent ?? "");
// The page's security policy allows only a style and a script with the digests of these.
const style = document.createElement("style");
style.textContent = packed.style;
document.head.append(style);
const policy = trustedTypes?.createPolicy("page", { createScript: (text) => text });
const script = document.createElement("script");
script.text = policy?.createScript(packed.page) ?? packed.page;
document.body.append(script);
// The script has run, and its bundle has this global name.
(
  globalThis as unknown as { readonly playground: { readonly startPlayground: typeof startPlayground } }
).playground.startPlayground(packed);

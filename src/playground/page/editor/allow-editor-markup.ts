/** To be imported before the editor, because it makes its first elements while it loads. */
import { editorMarkup } from "./editor-markup.ts";

interface TrustedTypes {
  readonly createPolicy: (name: "default", rules: { readonly createHTML: (text: string) => string }) => unknown;
}

(globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("default", { createHTML: editorMarkup });

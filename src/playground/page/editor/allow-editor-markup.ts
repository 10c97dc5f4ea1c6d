/** To be imported before the editor, because it makes its first elements while it loads. */
import { trustedTypes } from "../security/trusted-types.ts";
import { editorMarkup } from "./editor-markup.ts";

trustedTypes?.createPolicy("default", { createHTML: editorMarkup });

import type { Explorer, Message } from "./explorer.ts";

export function say(explorer: Explorer, text: string, tone: Message["tone"] = "plain"): Explorer {
  return { ...explorer, message: { text, tone } };
}

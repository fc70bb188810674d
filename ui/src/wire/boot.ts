// Boot data: what the page knows before the other side has spoken.
import type { Settings } from "./generated/Settings";

/** What the shell tells before the page paints for the first time. */
export interface Boot {
  settings: Settings;
  /** A language tag such as `zh-CN`: an engine does not always tell the system's. */
  systemLanguage: string;
}

/** The shell's word, where there is a shell. */
export function boot(): Boot | null {
  return (globalThis as { __HEARTH__?: Boot }).__HEARTH__ ?? null;
}

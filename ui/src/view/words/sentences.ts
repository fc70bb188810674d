// Sentences, one after the other.
import { locale } from "./locale.svelte";

/** What stands between two sentences: a full-width stop brings its own space. */
export function betweenSentences(): string {
  return locale().startsWith("zh") ? "" : " ";
}

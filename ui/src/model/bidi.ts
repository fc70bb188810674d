// The direction of texts of others. Pure.

/** Overrides and embeddings of direction let a file's name read backwards; plain text of any script needs none. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

export function withoutBidiControls(text: string): string {
  return text.replace(BIDI_CONTROLS, "");
}

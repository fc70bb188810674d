// Bidirectional text: names of others cannot reorder the sentence around them. Pure.

/** Overrides and embeddings of direction let a file's name read backwards; plain text of any script needs none. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

export function withoutBidiControls(text: string): string {
  return text.replace(BIDI_CONTROLS, "");
}

/** A name in the midst of a sentence, which it then cannot reorder (FSI and PDI, UAX #9). */
export function isolated(name: string): string {
  return `\u2068${withoutBidiControls(name)}\u2069`;
}

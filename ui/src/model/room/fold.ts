// Folding, for search: what people do not see, or do not tell apart when they seek, falls together. Pure. As the host's `fold.rs`,
// which says what and why; `tests/vectors/searches.json` binds the two.
import { INVISIBLE } from "../../wire";
import { lazy } from "../base/lazy";

/** A text as it is sought. */
export interface Folded {
  text: string;
  /** For each unit of the folded text, where the sign that it comes from starts and ends. */
  starts: number[];
  ends: number[];
}

/** Folds a text, sign by sign: a hit has whole signs. */
export function fold(text: string): Folded {
  const folded: Folded = { text: "", starts: [], ends: [] };
  for (const { 0: sign, index } of text.matchAll(rules().sign)) {
    const plain = foldSign(sign);
    folded.text += plain;
    for (let i = 0; i < plain.length; i++) {
      folded.starts.push(index);
      folded.ends.push(index + sign.length);
    }
  }
  return folded;
}

function foldSign(sign: string): string {
  if (PLAIN.test(sign)) return sign.toLowerCase();
  const { invisible, leftOut, alike } = rules();
  const seen = sign.replace(invisible, "");
  if (JAMO_ALONE.test(seen)) return seen;
  return seen.normalize("NFKD").replace(leftOut, "").toLowerCase().replace(alike, alikeTo).normalize("NFC");
}

/** Most signs of most texts. */
const PLAIN = /^[\0-\x7f\u3400-\u9fff]$/;

/** Decomposed, it would join its neighbours. */
const JAMO_ALONE = /^[\u3131-\u318e\uffa1-\uffdc]$/;

/** From a katakana to its hiragana. */
const KANA = 0x60;

/** A letter as it is sought, whichever of those that stand for it was typed. */
function alikeTo(letter: string): string {
  const code = letter.charCodeAt(0);
  if (code >= 0x0660 && code <= 0x06f9) return String(code & 0xf);
  return ALIKE[letter] ?? String.fromCharCode(code - KANA);
}

const ALIKE: Partial<Record<string, string>> = {
  "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ς": "σ",
  "’": "'", "ʼ": "'", "‐": "-", "ك": "ک", "ي": "ی", "ى": "ی",
  "ൺ": "ണ\u0d4d", "ൻ": "ന\u0d4d", "ർ": "ര\u0d4d", "ൽ": "ല\u0d4d", "ൾ": "ള\u0d4d", "ൿ": "ക\u0d4d",
};

const EMOJI = String.raw`[\u2190-\u2bff\u{1f000}-\u{1faff}]`;

const rules = lazy(() => {
  // What a letter takes along: marks, what is not seen, the voice of half-width kana.
  const tail = String.raw`[\p{M}\uff9e\uff9f${INVISIBLE}]*`;
  const emojiTail = String.raw`(?:(?!\u200d)[\p{M}\u{1f3fb}-\u{1f3ff}${INVISIBLE}])*`;
  return {
    // One letter with all that is drawn with it: a syllable of Korean, a flag, joined emoji.
    sign: new RegExp(
      String.raw`[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?${tail}|[\uac00-\ud7a3][\u11a8-\u11c2]?${tail}|[\u{1f1e6}-\u{1f1ff}]{2}|${EMOJI}${emojiTail}(?:\u200d${EMOJI}${emojiTail})*|\P{M}${tail}|\p{M}+`,
      "gsu",
    ),
    invisible: new RegExp(`[${INVISIBLE}]`, "gu"),
    // Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs and the stretcher of Arabic.
    leftOut:
      /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff]/gu,
    alike: new RegExp(`[${Object.keys(ALIKE).join("")}٠-٩۰-۹ァ-ヶヽヾ]`, "gu"),
  };
});

// Sentences: what is set apart in one, and what stands between two.
import { isolated } from "../../model/text/bidi";

/** A piece of a sentence. What is set apart (a name, a command, a file, a button) can reorder nothing around it. */
export interface Piece { text: string; apart: boolean }

/** What is set apart in a sentence. While that is made, signs stand for it that no sentence contains. */
export class Apart {
  #texts: string[] = [];

  put(text: string): string {
    return String.fromCharCode(FIRST_SIGN + this.#texts.push(text) - 1);
  }

  /** The sentence with all of it in its places; what is in other letters has a space beside Chinese words. */
  set(sentence: string): Piece[] {
    const pieces = sentence.split(/([\ue000-\ue0ff])/).filter((text) => text !== "").map((text): Piece => {
      const put = this.#texts[text.charCodeAt(0) - FIRST_SIGN];
      return put === undefined ? { text, apart: false } : { text: put, apart: true };
    });
    return pieces.map((piece, i) => {
      if (piece.apart) return piece;
      const before = pieces[i - 1]?.apart && SPACED.test(`${pieces[i - 1]!.text.at(-1)}${piece.text[0]}`) ? " " : "";
      const after = pieces[i + 1]?.apart && SPACED.test(`${piece.text.at(-1)}${pieces[i + 1]!.text[0]}`) ? " " : "";
      return { text: `${before}${piece.text}${after}`, apart: false };
    });
  }
}

/** A sentence with what is set apart in it, as text alone. */
export function plain(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** A sentence with names in it as text alone, for where there is nothing else; they can reorder nothing around them. */
export function inLetters(sentence: (put: (name: string) => string) => string): string {
  const names = new Apart();
  return plain(names.set(sentence((name) => names.put(name))).map((piece) => (piece.apart ? { ...piece, text: isolated(piece.text) } : piece)));
}

const FIRST_SIGN = 0xe000;

/** A Chinese character beside a letter or a digit of another script. */
const SPACED = /^(?:\p{Script=Han}(?!\p{Script=Han})[\p{L}\p{N}]|(?!\p{Script=Han})[\p{L}\p{N}]\p{Script=Han})$/u;

/** What stands between two sentences: a full-width stop brings its own space. */
export function betweenSentences(locale: string): string {
  return locale.startsWith("zh") ? "" : " ";
}

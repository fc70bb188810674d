// Joiners and variation selectors in names: what is not seen itself, and changes how its neighbours are drawn. As `joining.rs`.

const NON_JOINER = "\u200c";
const JOINER = "\u200d";
const VOWEL_SEPARATOR = "\u180e";
const KEYCAP = "\u20e3";

/** How far one looks for a neighbour: past the marks of a letter. */
const NEAR = 16;

/** The longest tag of a flag, as `gbeng` and its end. */
const TAG = 7;

/** Joiners, variation selectors and tags. */
const SOFT = /^[\u200c\u200d\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u{e0020}-\u{e007f}]$/u;
const IS_TAG = /^[\u{e0020}-\u{e007f}]$/u;
const FLAG_TAG = /^[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}$/u;
const MARK = /^\p{M}$/u;

/** Emoji, and symbols that can be drawn as such. */
const PICTURE = /^[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u27ff\u2900-\u2bff\u3030\u303d\u3297\u3299\u{1f000}-\u{1faff}]$/u;
const IDEOGRAPH = /^[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3fffd}]$/u;
const MONGOLIAN = /^[\u1807\u180a\u1820-\u18aa]$/u;

/** Letters whose form depends on their neighbours. */
const CURSIVE =
  /^[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0710-\u072f\u074d-\u077f\u07ca-\u07ea\u0840-\u0858\u0860-\u086a\u0870-\u088e\u08a0-\u08c9\u1807\u180a\u1820-\u18aa\ua840-\ua873\u{10ac0}-\u{10ae4}\u{10d00}-\u{10d23}\u{10f30}-\u{10f54}\u{1e900}-\u{1e943}]$/u;

/** What takes the vowel from a letter, so that it joins the next one. */
const VIRAMA =
  /^[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0f84\u1039\u103a\u17d2\u1a60\u1b44\u1baa\u1bab\ua806\ua8c4\ua9c0\uaaf6\uabed\u{11046}\u{110b9}\u{11133}\u{111c0}\u{1134d}\u{11442}\u{114c2}\u{115bf}\u{1163f}]$/u;

export function isSoft(c: string): boolean {
  return SOFT.test(c);
}

/** Whether a joiner or selector has something to shape: `chars[at]`, behind what was kept of those before it. */
export function shapes(kept: readonly string[], chars: readonly string[], at: number): boolean {
  const c = chars[at]!, last = kept.at(-1) ?? "";
  const behind = chars.slice(at + 1, at + 1 + NEAR).filter((each) => !SOFT.test(each));
  const next = behind[0] ?? "";
  const nextLetter = behind.find((each) => !MARK.test(each)) ?? "";
  const letter = kept.findLast((each) => !MARK.test(each)) ?? "";
  if (IS_TAG.test(c)) return isFlag(chars, at);
  if (c === JOINER) {
    // One is enough, but that an emoji has its colour before it is joined.
    if (SOFT.test(last) && last !== "\ufe0f") return false;
    const before = kept.findLast((each) => !SOFT.test(each)) ?? "";
    return (PICTURE.test(before) && PICTURE.test(next)) || VIRAMA.test(last) || VIRAMA.test(next)
      // At the end of a word it gives a letter the form that it has inside of one.
      || (CURSIVE.test(letter) && !CURSIVE.test(nextLetter));
  }
  if (SOFT.test(last)) return false;
  if (c === NON_JOINER) {
    return (CURSIVE.test(letter) && CURSIVE.test(nextLetter)) || (VIRAMA.test(last) && /^\P{White_Space}$/u.test(next));
  }
  if (c === VOWEL_SEPARATOR) return MONGOLIAN.test(last) && MONGOLIAN.test(next);
  if (/[\u180b-\u180f]/u.test(c)) return MONGOLIAN.test(last);
  if (/[\ufe0e\ufe0f]/u.test(c)) return PICTURE.test(last) || (/^[\d#*]$/.test(last) && chars[at + 1] === KEYCAP);
  return /[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/u.test(c) && IDEOGRAPH.test(last);
}

/** A tag that makes another flag of the black one, as that of Wales. */
function isFlag(chars: readonly string[], at: number): boolean {
  let start = at;
  while (start > at - TAG && IS_TAG.test(chars[start - 1] ?? "")) start -= 1;
  let end = start;
  while (end < start + TAG + 1 && IS_TAG.test(chars[end] ?? "")) end += 1;
  return chars[start - 1] === "\u{1f3f4}" && FLAG_TAG.test(chars.slice(start, end).join(""));
}

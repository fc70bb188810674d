// Emoji: a text of a few and nothing else is shown large. Pure.

/** What is put to a line most, first. */
export const QUICK: readonly string[] = ["👍", "❤️", "😂", "🎉", "🙏"];

/** What is offered first: what one uses most oneself, and then what others do. */
export function quickEmoji(uses: ReadonlyMap<string, number>, count: number): readonly string[] {
  return [...new Set([...uses.keys(), ...QUICK])].slice(0, count);
}

/** One emoji, as Unicode's UTS #51 composes them: with a tone, joined to others, as a flag, or on a key. */
const ONE = String.raw`(?:\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3|SIGN(?:\u200dSIGN)*[\u{e0020}-\u{e007f}]*)`
  .replaceAll("SIGN", String.raw`(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)\p{Emoji_Modifier}?\ufe0f?`);
const FEW = new RegExp(String.raw`^\s*${ONE}(?:\s*${ONE}){0,2}\s*$`, "u");

/** The longest of three with blanks between them, in units. */
const LONGEST = 100;

/** Whether a text is one to three emoji. */
export function isEmojiAlone(text: string): boolean {
  return text.length <= LONGEST && FEW.test(text);
}

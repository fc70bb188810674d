// The hostile corpus as a talk: every text is a line, every name one who says something.
import { checkNickname, type Entry, type Person } from "../../../src/wire";
import { hostile, hostileTexts } from "../../hostile";
import { NOW, person } from "./log";

/** Whoever is called so, as the host lets them in. */
const callers: readonly Person[] = hostile("name").flatMap(({ id, value }) => {
  const check = checkNickname(value);
  return check.ok ? [person(`m-${id}`, check.name)] : [];
});

/** What is said, by those names: each of the texts, and then a word of whoever has said nothing yet. */
export function hostileTalk(): { entries: Entry[]; callers: readonly Person[]; shows: (string | null)[] } {
  const texts = hostileTexts();
  const words = callers.map(({ member }) => ({ value: `words of ${member}`, shows: "words of" }));
  const said = [...texts, ...words];
  const entries = said.map(({ value: text }, i): Entry => {
    const { member, nickname } = callers[i % callers.length]!;
    const at = new Date(NOW - (said.length - i + 60) * 60_000).toISOString();
    return { seq: i + 1, prev: i, at, from: { member, nickname }, kind: "message", text };
  });
  return { entries, callers, shows: said.map(({ shows }) => shows) };
}

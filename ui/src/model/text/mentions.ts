// Mentions in a text: who is named behind an `@`. Pure.
import type { MemberId, Mention, Mentions, Person } from "../../wire";

/** By what all are mentioned, in any language that the page speaks. */
export const EVERYONE = ["@所有人", "@everyone"] as const;

/** Who is mentioned in a text that is to be sent; nothing where nobody is. */
export function mentionsIn(text: string, people: readonly Person[], mayAll: boolean): { mentions?: Mentions } {
  if (!text.includes("@")) return {};
  const members: Mention[] = named(text, people).map(({ member, nickname }) => ({ member, nickname }));
  const everyone = mayAll && namesAll(text);
  return members.length === 0 && !everyone ? {} : { mentions: { members, ...(everyone ? { everyone } : {}) } };
}

/** Whether all are named in a text. */
export function namesAll(text: string): boolean {
  return EVERYONE.some((name) => text.includes(name));
}

/** What words go on with where they are written with blanks between them, and addresses. */
const GOES_ON = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}_]/u;

/** Whether somebody of this nickname is named in a text of which nothing but the words is known. */
export function names(text: string, nickname: string): boolean {
  const name = `@${nickname}`;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text.slice(at - 1, at), after = text[at + name.length] ?? "";
    const isCut = GOES_ON.test(after) && GOES_ON.test(nickname.at(-1)!);
    if (!GOES_ON.test(before) && !isCut) return true;
  }
  return false;
}

/** Of two names of which one begins like the other, the longer one is meant where it stands. */
function named<T extends { nickname: string }>(text: string, people: readonly T[]): T[] {
  let rest = text;
  const found: T[] = [];
  for (const person of [...people].sort((a, b) => b.nickname.length - a.nickname.length)) {
    const name = `@${person.nickname}`;
    if (!rest.includes(name)) continue;
    found.push(person);
    rest = rest.replaceAll(name, "\n");
  }
  return found;
}

/** A part of a text; `of`: who is mentioned by it. */
export interface NamedPart {
  readonly text: string;
  readonly of: MemberId | "everyone" | null;
}

/** A text with those who are mentioned in it apart. */
export function namedParts(text: string, mentions: Mentions | null): readonly NamedPart[] {
  const names = mentions === null ? [] : [
    ...(mentions.members ?? []).map(({ member, nickname }): [string, MemberId] => [`@${nickname}`, member]),
    ...(mentions.everyone ? EVERYONE.map((name): [string, "everyone"] => [name, "everyone"]) : []),
  ].sort(([a], [b]) => b.length - a.length);
  const parts: NamedPart[] = [];
  let from = 0;
  for (let at = text.indexOf("@"); at >= 0 && names.length > 0; at = text.indexOf("@", at + 1)) {
    const named = names.find(([name]) => text.startsWith(name, at));
    if (!named) continue;
    if (at > from) parts.push({ text: text.slice(from, at), of: null });
    parts.push({ text: named[0], of: named[1] });
    from = at + named[0].length;
    at = from - 1;
  }
  if (from < text.length) parts.push({ text: text.slice(from), of: null });
  return parts;
}

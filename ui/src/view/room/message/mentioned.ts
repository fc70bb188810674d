// The context by which the words of a message know who is mentioned in it.
import { getContext, setContext } from "svelte";
import { namedParts, type NamedPart } from "../../../model/text/mentions";
import type { MemberId, Mentions } from "../../../wire";

export interface Mentioned {
  readonly mentions: Mentions | null;
  readonly selves: ReadonlySet<MemberId>;
}

const KEY = Symbol("mentioned");

export function provideMentioned(of: () => Mentioned): void {
  setContext(KEY, of);
}

/** What splits a text at those who are mentioned in it. Outside of a message nobody is. */
export function useMentioned(): { parts: (text: string) => readonly NamedPart[]; isMe: (of: NamedPart["of"]) => boolean } {
  const of = getContext<(() => Mentioned) | undefined>(KEY);
  return {
    parts: (text) => namedParts(text, of?.().mentions ?? null),
    isMe: (who) => who === "everyone" || (who !== null && (of?.().selves.has(who) ?? false)),
  };
}

// Line notes (annotations): what was said about each line since, as far as it still counts, and what that comes to. Pure. The host
// does the same (`standing.rs`); `tests/vectors/notes.json` binds the two.
import { withoutBidiControls } from "../text/bidi";
import { plainText } from "../text/markdown/plain";
import type { Author, Emoji, Entry, MemberId, Mentions, Seq, ShownAct } from "../../wire";

/** An entry that says something about another one. */
export type AboutEntry = Extract<Entry, { about: Seq }>;

/** What is known about lines, by their places: entries in order. */
export type About = ReadonlyMap<Seq, readonly AboutEntry[]>;

/** What became of a line. */
export interface Notes {
  /** How it was said before and after each change, oldest first: all but the first are changes. Empty while there is none. */
  readonly versions: readonly Version[];
  /** Who took it away, and when. */
  readonly removed: { readonly by: Author; readonly at: string } | null;
  /** In the order in which each was used first. */
  readonly reactions: readonly Reaction[];
  /** Who has pinned it. */
  readonly pinned: Author | null;
  /** The line that it answers. */
  readonly reply: Seq | null;
  readonly mentions: Mentions | null;
}

export interface Version {
  readonly text: string;
  readonly at: string;
}

export interface Reaction {
  readonly emoji: Emoji;
  /** In the order in which they came. */
  readonly by: readonly Author[];
}

export const NO_NOTES: Notes = { versions: [], removed: null, reactions: [], pinned: null, reply: null, mentions: null };

export function isAbout(entry: Entry): entry is AboutEntry {
  return "about" in entry;
}

/** What is known, with more of it, whenever that came. */
export function withAbout(known: About, entries: readonly Entry[]): About {
  const fresh = entries.filter(isAbout);
  if (fresh.length === 0) return known;
  const about = new Map(known);
  for (const entry of fresh) {
    const list = about.get(entry.about) ?? [];
    if (!list.some(({ seq }) => seq === entry.seq)) about.set(entry.about, counting([...list, entry].sort((a, b) => a.seq - b.seq)));
  }
  return about;
}

/** Those that still count. That somebody took something back stays, since what it undoes may be told later. */
function counting(list: readonly AboutEntry[]): readonly AboutEntry[] {
  const removed = list.find((entry) => entry.kind === "removed");
  if (removed) return [removed];
  const newest = new Map(list.map((entry) => [topicOf(entry), entry]));
  return list.filter((entry) => newest.get(topicOf(entry)) === entry);
}

/** Of entries about the same, the newest counts. */
function topicOf(entry: AboutEntry): string {
  switch (entry.kind) {
    case "reacted":
      return `reacted ${entry.emoji} ${entry.from.member}`;
    case "pinned":
      return "pinned";
    default:
      return String(entry.seq);
  }
}

const notes = new WeakMap<readonly AboutEntry[], { of: string; at: string; notes: Notes }>();

/** What became of a line that said this then. */
export function notesOf(list: readonly AboutEntry[] | undefined, text: string, at: string): Notes {
  if (list === undefined || list.length === 0) return NO_NOTES;
  const known = notes.get(list);
  if (known?.of === text && known.at === at) return known.notes;
  const made = reduced(list, text, at);
  notes.set(list, { of: text, at, notes: made });
  return made;
}

function reduced(list: readonly AboutEntry[], text: string, at: string): Notes {
  let versions: Version[] = [], removed: Notes["removed"] = null, pinned: Author | null = null;
  let reply: Seq | null = null, mentions: Mentions | null = null;
  const reactions = new Map<Emoji, Author[]>();
  for (const entry of list) {
    switch (entry.kind) {
      case "addressed":
        reply = entry.reply ?? null;
        mentions = entry.mentions ?? null;
        break;
      case "edited":
        versions = [...(versions.length > 0 ? versions : [{ text, at }]), { text: entry.text, at: entry.at }];
        mentions = entry.mentions ?? null;
        break;
      case "removed":
        removed = { by: entry.from, at: entry.at };
        break;
      case "reacted":
        if (entry.on) reactions.set(entry.emoji, [...(reactions.get(entry.emoji) ?? []), entry.from]);
        break;
      case "pinned":
        pinned = entry.on ? entry.from : null;
        break;
      default:
        entry satisfies never;
    }
  }
  return { versions, removed, reactions: [...reactions].map(([emoji, by]) => ({ emoji, by })), pinned, reply, mentions };
}

/** Whom a line is meant for. */
export type Address = Pick<Notes, "reply" | "mentions">;

/** The same of a line whose words are of no interest. */
export function addressOf(list: readonly AboutEntry[] | undefined): Address {
  const named = list?.findLast((entry) => entry.kind === "addressed" || entry.kind === "edited");
  const first = list?.find((entry) => entry.kind === "addressed");
  return { reply: first?.reply ?? null, mentions: named?.mentions ?? null };
}

/** What a line says now, by all that is known. */
export function saysNow(about: About, { seq, text, at }: { readonly seq: Seq; readonly text: string; readonly at: string }): string {
  return textNow(notesOf(about.get(seq), text, at), text);
}

/** The first row of what a line says now, without its signs. */
export function beginningOf(about: About, line: { readonly seq: Seq; readonly text: string; readonly at: string }): string {
  return plainText(withoutBidiControls(saysNow(about, line))).trim().split("\n", 1)[0]!;
}

/** Whether a line was taken away. */
export function isTaken(about: About, seq: Seq): boolean {
  return about.get(seq)?.[0]?.kind === "removed";
}

/** What a line says now. */
export function textNow(known: Notes, text: string): string {
  return known.versions.at(-1)?.text ?? text;
}

/** The notes as they will be once the user's own acts about the line are done. */
export function withOwnActs(known: Notes, acts: readonly ShownAct[], line: Seq, me: Author | null): Notes {
  const about = me === null ? [] : acts.filter((act) => "about" in act && act.about === line && act.state.state !== "failed");
  if (about.length === 0 || me === null) return known;
  let { reactions, pinned } = known;
  for (const act of about) {
    if (act.type === "pin") pinned = act.on ? me : null;
    if (act.type !== "react") continue;
    const others = reactions.map((one) => (one.emoji === act.emoji ? { ...one, by: one.by.filter(({ member }) => member !== me.member) } : one));
    const has = others.some(({ emoji }) => emoji === act.emoji);
    const mine = (one: Reaction): Reaction => (act.on && one.emoji === act.emoji ? { ...one, by: [...one.by, me] } : one);
    reactions = (act.on && !has ? [...others, { emoji: act.emoji, by: [] }] : others).map(mine).filter(({ by }) => by.length > 0);
  }
  return { ...known, reactions, pinned };
}

/** The pinned lines after these entries. */
export function pinsAfter(pins: readonly Seq[], entries: readonly Entry[]): readonly Seq[] {
  let after = pins;
  for (const entry of entries) {
    if (entry.kind === "pinned" && entry.on) {
      if (!after.includes(entry.about)) after = [...after, entry.about];
    } else if (entry.kind === "removed" || entry.kind === "pinned") {
      const line = entry.about;
      if (after.includes(line)) after = after.filter((seq) => seq !== line);
    }
  }
  return after;
}

/** Whether somebody is mentioned, or all are. `selves`: all that they have been here. */
export function mentions(mentioned: Mentions | null | undefined, selves: ReadonlySet<MemberId>): boolean {
  if (!mentioned) return false;
  return (mentioned.everyone ?? false) || (mentioned.members ?? []).some(({ member }) => selves.has(member));
}

// Storage: what survives a reload, in the browser's storage for this origin: who the guest is to the host, lines that are
// not confirmed, read marks, drafts and how a room is shown, nickname, language and theme. Entries are not kept: after a reload the host sends the newest ones again.
//
// A draft is also kept with the tab that it is written in: two tabs of one room each find their own again, and a new one finds
// what was written last. Each line has a key of its own. Two tabs of one room are one member, and neither may write over what the other keeps: each
// sends what it finds, and the host knows a line that comes twice by its id.
//
// Storage may be forbidden or full. Then the same lasts as long as the page.
import type { JoinsShown, Language, LogId, PostId, RoomSnapshot, SendKey, Seq, Settings, Strip, Theme } from "../../../wire";
import { checkNickname } from "../../../wire";
import type { SavedLine, SavedMember, SavedRecord } from "../session/events";

const MEMBER = "hearth.guest.member";
const SETTINGS = "hearth.guest.settings";
const LINK = "hearth.guest.link";
const LINE = "hearth.guest.line.";
const MARKS = "hearth.guest.marks";
const DRAFTS = "hearth.guest.drafts";

/** A host may serve several rooms by turns; those that were not met for longest go first. */
const LOGS_KEPT = 16;

/** What was saved for a log. */
export type Marks = Pick<RoomSnapshot, "read" | "draft" | "strip" | "joins">;

/** What was typed and is not sent, with the strip above it. */
type Typed = Pick<Marks, "draft" | "strip">;

export type SavedSettings = Pick<Settings, "nickname" | "language" | "theme" | "send_key" | "show_typing">;

const UNSET: SavedSettings = { nickname: "", language: "system", theme: "system", send_key: "enter", show_typing: true };

export interface GuestStorage {
  settings(): SavedSettings;
  saveSettings(settings: SavedSettings): void;
  member(): SavedMember | null;
  /** What stood behind `#` when the page was opened by an invitation. */
  link(): string;
  /** Whether it is kept. */
  saveLink(fragment: string): boolean;
  /** In the order of writing. */
  lines(): SavedLine[];
  save(record: SavedRecord): void;
  marks(log: LogId): Marks;
  saveReadMark(log: LogId, read: Seq): void;
  saveDraft(log: LogId, text: string, strip?: Strip): void;
  saveJoinsShown(log: LogId, joins: JoinsShown): void;
  /** Another tab says that a line is gone, or an entry. */
  whenGone(gone: (id: PostId) => void): void;
}

/** What is kept at this origin; `tab`: what lasts as long as a tab, over its reloads. */
export function guestStorage(storage: Storage | null = storageHere(), tab: Storage | null = null): GuestStorage {
  /** The drafts as this page has read or written them last. */
  const held = new Map<LogId, Typed>();
  return {
    settings: () => settingsOf(read(storage, SETTINGS)),
    saveSettings: ({ nickname, language, theme, send_key, show_typing }) => write(storage, SETTINGS, { nickname, language, theme, send_key, show_typing }),
    member() {
      const member = read(storage, MEMBER);
      return isMember(member) ? member : null;
    },
    link: () => String(read(storage, LINK) ?? ""),
    saveLink(fragment) {
      write(storage, LINK, fragment);
      return read(storage, LINK) === fragment;
    },
    lines: () => {
      const lines = keysOf(storage).map((key) => read(storage, key)).filter(isLine).map(typed);
      // The ids were made in the order of writing (UUIDv7).
      return lines.sort((a, b) => (a.own.id < b.own.id ? -1 : 1));
    },
    save(record) {
      if (record.type === "member") write(storage, MEMBER, record.member);
      else if (record.type === "line") write(storage, LINE + record.line.own.id, record.line);
      else remove(storage, LINE + record.id);
    },
    marks(log) {
      const [shared, marks] = parted(marksOn(marksOf(storage), log));
      const typed = draftsOf(tab).get(log) ?? shared;
      held.set(log, typed);
      return { ...marks, ...typed };
    },
    // Another tab may have read on.
    saveReadMark: (log, read) => saveMarks(storage, log, (marks) => ({ ...marks, read: Math.max(read, marks.read ?? 0) })),
    saveDraft(log, text, strip) {
      const typed: Typed = { ...(text === "" ? {} : { draft: text }), ...(strip ? { strip } : {}) };
      const before = held.get(log);
      held.set(log, typed);
      write(tab, DRAFTS, [...draftsOf(tab).set(log, typed)].slice(-LOGS_KEPT));
      saveMarks(storage, log, (kept) => {
        const [shared, marks] = parted(kept);
        if (!isSame(typed, {})) return { ...marks, ...typed };
        // What another tab has written since is not ours to take away.
        return isSame(before, shared) ? marks : { ...marks, ...shared };
      });
    },
    saveJoinsShown: (log, joins) => saveMarks(storage, log, (marks) => ({ ...marks, joins })),
    whenGone(gone) {
      addEventListener("storage", ({ key, newValue }) => {
        if (key?.startsWith(LINE) && newValue === null) gone(key.slice(LINE.length));
      });
    },
  };
}

/** Where storage is forbidden, even asking for it throws. */
function storageHere(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** The storage of this tab. */
export function tabStorage(): Storage | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

function read(storage: Storage | null, key: string): unknown {
  try {
    return JSON.parse(storage?.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(storage: Storage | null, key: string, value: unknown): void {
  try {
    storage?.setItem(key, JSON.stringify(value));
  } catch {
    // Full. What was kept under this key before is out of date, and may be worse than nothing: a line that went out
    // would pass for one that never did. But the host knows it by its id all the same, and it is somebody's words.
  }
}

function remove(storage: Storage | null, key: string): void {
  try {
    storage?.removeItem(key);
  } catch {
    // Forbidden: then there is nothing to remove.
  }
}

function keysOf(storage: Storage | null): string[] {
  try {
    const keys = Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i) ?? "");
    return keys.filter((key) => key.startsWith(LINE));
  } catch {
    return [];
  }
}

function marksOf(storage: Storage | null): Map<LogId, Marks> {
  const marks = read(storage, MARKS);
  return new Map(Array.isArray(marks) ? marks.filter(isMark) : []);
}

/** How the room is shown is no matter of its log: a new one begins with what was chosen for the one met last. */
function marksOn(all: ReadonlyMap<LogId, Marks>, log: LogId): Marks {
  const last = [...all.values()].at(-1);
  return all.get(log) ?? (last?.joins ? { joins: last.joins } : {});
}

function draftsOf(tab: Storage | null): Map<LogId, Typed> {
  const drafts = read(tab, DRAFTS);
  // An earlier version kept the text alone.
  const whole = Array.isArray(drafts) ? drafts.map((one) => (Array.isArray(one) && typeof one[1] === "string" ? [one[0], one[1] === "" ? {} : { draft: one[1] }] : one)) : [];
  return new Map(whole.filter(isMark));
}

/** What was typed, and the other marks. */
function parted({ draft, strip, ...marks }: Marks): [Typed, Omit<Marks, keyof Typed>] {
  return [{ ...(draft === undefined ? {} : { draft }), ...(strip === undefined ? {} : { strip }) }, marks];
}

function isSame(one: Typed | undefined, other: Typed): boolean {
  return JSON.stringify(one ?? {}) === JSON.stringify(other);
}

function saveMarks(storage: Storage | null, log: LogId, change: (marks: Marks) => Marks): void {
  const all = marksOf(storage);
  const marks = change(marksOn(all, log));
  all.delete(log);
  write(storage, MARKS, [...all, [log, marks]].slice(-LOGS_KEPT));
}

type Shape = Record<string, unknown>;

function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}

function settingsOf(kept: unknown): SavedSettings {
  if (!isShape(kept)) return UNSET;
  const checked = checkNickname(String(kept["nickname"] ?? ""));
  return {
    nickname: checked.ok ? checked.name : "",
    language: oneOf<Language>(kept["language"], ["zh-CN", "zh-TW", "en"], "system"),
    theme: oneOf<Theme>(kept["theme"], ["light", "dark"], "system"),
    send_key: oneOf<SendKey>(kept["send_key"], ["ctrl_enter"], "enter"),
    show_typing: kept["show_typing"] !== false,
  };
}

function oneOf<T extends string>(value: unknown, values: readonly T[], otherwise: T): T {
  return values.find((one) => one === value) ?? otherwise;
}

function isMember(value: unknown): value is SavedMember {
  if (!isShape(value) || !isShape(value["you"])) return false;
  const { token, name, log } = value;
  return [token, name, log, value["you"]["member"], value["you"]["nickname"]].every((part) => typeof part === "string");
}

function isLine(value: unknown): value is SavedLine {
  if (!isShape(value) || !isShape(value["own"]) || !isShape(value["own"]["state"])) return false;
  const { own, wentOut, stored } = value;
  const { id, type, text, about, state } = own as Shape;
  const says = type === undefined || type === "post" ? typeof text === "string" : typeof about === "number";
  return typeof id === "string" && says && isState(state as Shape) && typeof wentOut === "boolean"
    && (stored === null || typeof stored === "number");
}

/** Lines that an earlier version kept do not say what they are. */
function typed(line: SavedLine): SavedLine {
  return "type" in line.own ? line : { ...line, own: { type: "post", ...(line.own as object) } as SavedLine["own"] };
}

function isMark(mark: unknown): mark is [LogId, Marks] {
  if (!Array.isArray(mark) || typeof mark[0] !== "string" || !isShape(mark[1])) return false;
  const { read, draft, strip, joins } = mark[1];
  return (read === undefined || typeof read === "number") && (draft === undefined || typeof draft === "string")
    && (strip === undefined || isStrip(strip))
    && (joins === undefined || joins === "all" || joins === "gathered" || joins === "none");
}

function isStrip(strip: unknown): strip is Strip {
  if (!isShape(strip) || typeof strip["seq"] !== "number") return false;
  return strip["kind"] === "reply" || (strip["kind"] === "edit" && typeof strip["text"] === "string");
}

function isState({ state, reason }: Shape): boolean {
  return state === "queued" || state === "sent" || (state === "failed" && isShape(reason));
}

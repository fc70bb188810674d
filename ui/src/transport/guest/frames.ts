// What a host sends: text to frames, as `codec.rs` reads it; `tests/vectors/{frames,not_frames}.json` bind the two. What a
// later version adds to a frame is left out, and what is not by the protocol is no frame: nothing behind this door
// looks at a field twice.
import type {
  Dialect, Entry, Gap, Limits, LogId, MemberId, Nickname, Person, PostId, RefusalCode, RoomInfo, Seq, ServerFrame, You,
} from "../../wire";
import { checkNickname } from "../../wire";

/**
 * Reads a frame. One that cannot be read is `null` and is passed over: if it was an entry, the next one shows the hole.
 */
export function readFrame(text: string): ServerFrame | null {
  try {
    const fields = object(JSON.parse(text));
    const type = string(fields["type"]);
    return Object.hasOwn(READERS, type) ? READERS[type as ServerFrame["type"]](fields) : null;
  } catch (thrown) {
    if (thrown instanceof Malformed || thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

class Malformed extends Error {}

type Fields = Record<string, unknown>;

const READERS: { [T in ServerFrame["type"]]: (fields: Fields) => Extract<ServerFrame, { type: T }> } = {
  welcome: (f) => ({
    type: "welcome",
    room: room(object(f["room"])),
    you: you(object(f["you"])),
    token: id(f["token"]),
    // That one may talk goes without saying.
    ...(string(f["role"] ?? "member") === "reader" ? { role: "reader" as const } : {}),
    people: list(f["people"], person),
    online: u32(f["online"]),
    log: id(f["log"]) satisfies LogId,
    head: seq(f["head"]),
    after: seq(f["after"]),
    limits: limits(f["limits"]),
  }),
  entry: (f) => ({ type: "entry", ...entry(f) }),
  ack: (f) => ({ type: "ack", id: postId(f["id"]), seq: seq(f["seq"]) }),
  refused: (f) => ({
    type: "refused",
    ...maybe("id", f, postId),
    ...maybe("of", f, asked),
    code: refusalCode(f["code"]),
    message: string(f["message"]),
    ...maybe("retry_after_ms", f, u32),
  }),
  page: (f) => ({
    type: "page", before: seq(f["before"]), ...maybe("after", f, seq), entries: list(f["entries"], entry), more: bool(f["more"]),
  }),
  found: (f) => ({
    type: "found",
    query: string(f["query"]),
    ...maybe("before", f, seq),
    entries: list(f["entries"], entry),
    more: bool(f["more"]),
    reached: seq(f["reached"]),
  }),
  gap: (f) => ({ type: "gap", ...gap(f) }),
  roster: (f) => ({ type: "roster", joined: list(f["joined"], person), left: list(f["left"], id), online: u32(f["online"]) }),
  people: (f) => ({ type: "people", people: list(f["people"], person), online: u32(f["online"]) }),
  you: (f) => ({ type: "you", ...you(f) }),
  probe: (f) => ({ type: "probe", nonce: id(f["nonce"]), candidates: list(f["candidates"], string) }),
};

function entry(value: unknown): Entry {
  const f = object(value);
  const from = object(f["from"]);
  return {
    seq: seq(f["seq"]),
    prev: seq(f["prev"]),
    at: moment(f["at"]),
    from: { member: id(from["member"]), nickname: nickname(from["nickname"]) },
    ...maybe("id", f, postId),
    ...body(f),
  };
}

function body(f: Fields) {
  switch (string(f["kind"])) {
    case "message":
      return { kind: "message", text: string(f["text"]), ...maybe("time", f, string) } as const;
    case "joined":
      // That somebody is connected by v1 goes without saying.
      return { kind: "joined", ...(f["dialect"] === undefined || dialect(f["dialect"]) === "v1" ? {} : { dialect: "classic" as const }) } as const;
    case "left":
      return { kind: "left" } as const;
    case "renamed":
      return { kind: "renamed", old: nickname(f["old"]) } as const;
    default:
      return { kind: "unknown" } as const;
  }
}

function room(f: Fields): RoomInfo {
  return { name: string(f["name"]), ...maybe("key", f, keyHash) };
}

function you(f: Fields): You {
  return { member: id(f["member"]), nickname: nickname(f["nickname"]) };
}

function person(value: unknown): Person {
  const f = object(value);
  return { member: id(f["member"]), nickname: nickname(f["nickname"]), dialect: dialect(f["dialect"]) };
}

function gap(f: Fields): Gap {
  return { after: seq(f["after"]), to: seq(f["to"]) };
}

function limits(value: unknown): Limits {
  const f = object(value);
  return { text_bytes: u32(f["text_bytes"]), nickname_chars: u32(f["nickname_chars"]), frame_bytes: u32(f["frame_bytes"]) };
}

function object(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed();
  return value as Fields;
}

function list<T>(value: unknown, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new Malformed();
  return value.map((item) => read(item));
}

function maybe<K extends string, T>(key: K, f: Fields, read: (value: unknown) => T): { [P in K]?: T } {
  const value = f[key] ?? undefined;
  return value === undefined ? {} : ({ [key]: read(value) } as { [P in K]?: T });
}

function string(value: unknown): string {
  if (typeof value !== "string") throw new Malformed();
  return value;
}

function bool(value: unknown): boolean {
  if (typeof value !== "boolean") throw new Malformed();
  return value;
}

function upTo(most: number): (value: unknown) => number {
  return (value) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > most) throw new Malformed();
    return value;
  };
}

const u32 = upTo(2 ** 32 - 1);
const seq: (value: unknown) => Seq = upTo(Number.MAX_SAFE_INTEGER);

const ID = /^[A-Za-z0-9_-]{1,64}$/;

function id(value: unknown): MemberId {
  const text = string(value);
  if (!ID.test(text)) throw new Malformed();
  return text;
}

const KEY_HASH = /^[A-Za-z0-9_-]{22}$/;

function keyHash(value: unknown): string {
  const text = string(value);
  if (!KEY_HASH.test(text)) throw new Malformed();
  return text;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function postId(value: unknown): PostId {
  const text = string(value).toLowerCase();
  if (!UUID.test(text)) throw new Malformed();
  return text;
}

function nickname(value: unknown): Nickname {
  const checked = checkNickname(string(value));
  if (!checked.ok) throw new Malformed();
  return checked.name;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339, in UTC afterwards: days are cut from it elsewhere. */
function moment(value: unknown): string {
  const text = string(value);
  const at = MOMENT.test(text) ? new Date(text) : null;
  if (at === null || Number.isNaN(at.getTime())) throw new Malformed();
  return text.endsWith("Z") ? text : at.toISOString();
}

function dialect(value: unknown): Dialect {
  if (value !== "v1" && value !== "classic") throw new Malformed();
  return value;
}

type Asked = Extract<ServerFrame, { type: "refused" }>["of"] & string;

function asked(value: unknown): Asked {
  const what = string(value);
  return what === "rename" || what === "history" || what === "search" ? what : "other";
}

const REFUSALS: Record<RefusalCode, true> = {
  malformed: true, unknown_type: true, hello_expected: true, nickname_empty: true, nickname_too_long: true, text_empty: true,
  text_too_long: true, rate_limited: true, room_full: true, address_limit: true, origin: true, host_name: true, storage: true,
  invite_needed: true, password_needed: true, invite_unknown: true, invite_expired: true, invite_revoked: true, invite_used_up: true,
  password_wrong: true, too_many_guesses: true, read_only: true, other: true,
};

/** A reason of a later version is some other reason. */
function refusalCode(value: unknown): RefusalCode {
  const code = string(value);
  return Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : "other";
}

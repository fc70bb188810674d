// The readers of a host's frames. Written by `npm run frames` from the types of the wire; never edit it.
import type { About } from "./generated/About";
import type { Ack } from "./generated/Ack";
import type { Asked } from "./generated/Asked";
import type { Author } from "./generated/Author";
import type { Dialect } from "./generated/Dialect";
import type { Entry } from "./generated/Entry";
import type { Found } from "./generated/Found";
import type { Gap } from "./generated/Gap";
import type { Limits } from "./generated/Limits";
import type { Lines } from "./generated/Lines";
import type { Mention } from "./generated/Mention";
import type { Mentions } from "./generated/Mentions";
import type { Page } from "./generated/Page";
import type { People } from "./generated/People";
import type { Person } from "./generated/Person";
import type { Probe } from "./generated/Probe";
import type { RefusalCode } from "./generated/RefusalCode";
import type { Refused } from "./generated/Refused";
import type { Role } from "./generated/Role";
import type { RoomInfo } from "./generated/RoomInfo";
import type { RosterChange } from "./generated/RosterChange";
import type { Rules } from "./generated/Rules";
import type { ServerFrame } from "./generated/ServerFrame";
import type { Typing } from "./generated/Typing";
import type { Welcome } from "./generated/Welcome";
import type { You } from "./generated/You";
import { type Fields, bool, emoji, keyHash, list, logId, malformed, maybe, memberId, memberToken, moment, nickname, object, oneOf, orUnknown, postId, probeNonce, seq, string, u32 } from "./read";

function roomInfo(value: unknown): RoomInfo {
  const f = object(value);
  return { name: string(f["name"]), ...maybe("key", f, keyHash), ...maybe("owner", f, memberId) };
}

function you(value: unknown): You {
  const f = object(value);
  return { member: memberId(f["member"]), nickname: nickname(f["nickname"]) };
}

const role = oneOf<Role>({ owner: true, moderator: true, member: true, reader: true }, "member");

function rules(value: unknown): Rules {
  const f = object(value);
  return { ...maybe("members_pin", f, bool) };
}

const dialect = oneOf<Dialect>({ v1: true, classic: true });

function person(value: unknown): Person {
  const f = object(value);
  return { member: memberId(f["member"]), nickname: nickname(f["nickname"]), dialect: dialect(f["dialect"]) };
}

function limits(value: unknown): Limits {
  const f = object(value);
  return { text_bytes: u32(f["text_bytes"]), nickname_chars: u32(f["nickname_chars"]), frame_bytes: u32(f["frame_bytes"]) };
}

function welcome(value: unknown): Welcome {
  const f = object(value);
  return { room: roomInfo(f["room"]), you: you(f["you"]), token: memberToken(f["token"]), ...maybe("role", f, role, "member"), ...maybe("rules", f, rules), people: list(f["people"], person), online: u32(f["online"]), log: logId(f["log"]), head: seq(f["head"]), after: seq(f["after"]), limits: limits(f["limits"]), ...maybe("talk", f, bool) };
}

function author(value: unknown): Author {
  const f = object(value);
  return { member: memberId(f["member"]), nickname: nickname(f["nickname"]) };
}

function mention(value: unknown): Mention {
  const f = object(value);
  return { member: memberId(f["member"]), nickname: nickname(f["nickname"]) };
}

function mentions(value: unknown): Mentions {
  const f = object(value);
  return { members: list(f["members"], mention), ...maybe("everyone", f, bool) };
}

function entry(value: unknown): Entry {
  const f = object(value);
  return { seq: seq(f["seq"]), prev: seq(f["prev"]), at: moment(f["at"]), from: author(f["from"]), ...maybe("id", f, postId), ...entryVariant(f) };
}

function ack(value: unknown): Ack {
  const f = object(value);
  return { id: postId(f["id"]), seq: seq(f["seq"]) };
}

const asked = oneOf<Asked>({ rename: true, history: true, search: true, lines: true, other: true }, "other");

const refusalCode = oneOf<RefusalCode>({ malformed: true, unknown_type: true, hello_expected: true, nickname_empty: true, nickname_too_long: true, text_empty: true, text_too_long: true, rate_limited: true, room_full: true, address_limit: true, origin: true, host_name: true, storage: true, invite_needed: true, password_needed: true, invite_unknown: true, invite_expired: true, invite_revoked: true, invite_used_up: true, password_wrong: true, too_many_guesses: true, read_only: true, line_gone: true, not_yours: true, too_many: true, owners_only: true, other: true }, "other");

function refused(value: unknown): Refused {
  const f = object(value);
  return { ...maybe("id", f, postId), ...maybe("of", f, asked), code: refusalCode(f["code"]), message: string(f["message"]), ...maybe("retry_after_ms", f, u32) };
}

function about(value: unknown): About {
  const f = object(value);
  return { entries: list(f["entries"], entry) };
}

function page(value: unknown): Page {
  const f = object(value);
  return { before: seq(f["before"]), ...maybe("after", f, seq), entries: list(f["entries"], entry), more: bool(f["more"]) };
}

function found(value: unknown): Found {
  const f = object(value);
  return { query: string(f["query"]), ...maybe("before", f, seq), entries: list(f["entries"], entry), more: bool(f["more"]), reached: seq(f["reached"]) };
}

function lines(value: unknown): Lines {
  const f = object(value);
  return { lines: list(f["lines"], seq), ...maybe("pinned", f, bool), entries: list(f["entries"], entry), ...maybe("rest", f, (value) => list(value, seq)) };
}

function typing(value: unknown): Typing {
  const f = object(value);
  return { members: list(f["members"], memberId) };
}

function gap(value: unknown): Gap {
  const f = object(value);
  return { after: seq(f["after"]), to: seq(f["to"]) };
}

function rosterChange(value: unknown): RosterChange {
  const f = object(value);
  return { joined: list(f["joined"], person), left: list(f["left"], memberId), online: u32(f["online"]) };
}

function people(value: unknown): People {
  const f = object(value);
  return { people: list(f["people"], person), online: u32(f["online"]) };
}

function probe(value: unknown): Probe {
  const f = object(value);
  return { nonce: probeNonce(f["nonce"]), candidates: list(f["candidates"], string) };
}

function serverFrame(value: unknown): ServerFrame {
  const f = object(value);
  return serverFrameVariant(f);
}

function entryVariant(f: Fields) {
  switch (string(f["kind"])) {
    case "message":
      return { kind: "message" as const, text: string(f["text"]), ...maybe("time", f, string) };
    case "joined":
      return { kind: "joined" as const, ...maybe("dialect", f, dialect, "v1") };
    case "left":
      return { kind: "left" as const };
    case "renamed":
      return { kind: "renamed" as const, old: nickname(f["old"]) };
    case "erased":
      return { kind: "erased" as const };
    case "addressed":
      return orUnknown(() => ({ kind: "addressed" as const, about: seq(f["about"]), ...maybe("reply", f, seq), ...maybe("mentions", f, mentions) }));
    case "edited":
      return orUnknown(() => ({ kind: "edited" as const, about: seq(f["about"]), text: string(f["text"]), ...maybe("mentions", f, mentions) }));
    case "removed":
      return orUnknown(() => ({ kind: "removed" as const, about: seq(f["about"]) }));
    case "reacted":
      return orUnknown(() => ({ kind: "reacted" as const, about: seq(f["about"]), emoji: emoji(f["emoji"]), on: bool(f["on"]) }));
    case "pinned":
      return orUnknown(() => ({ kind: "pinned" as const, about: seq(f["about"]), on: bool(f["on"]) }));
    default:
      return { kind: "unknown" as const };
  }
}

function serverFrameVariant(f: Fields) {
  switch (string(f["type"])) {
    case "welcome":
      return { type: "welcome" as const, ...welcome(f) };
    case "entry":
      return { type: "entry" as const, ...entry(f) };
    case "ack":
      return { type: "ack" as const, ...ack(f) };
    case "refused":
      return { type: "refused" as const, ...refused(f) };
    case "about":
      return { type: "about" as const, ...about(f) };
    case "page":
      return { type: "page" as const, ...page(f) };
    case "found":
      return { type: "found" as const, ...found(f) };
    case "lines":
      return { type: "lines" as const, ...lines(f) };
    case "typing":
      return { type: "typing" as const, ...typing(f) };
    case "gap":
      return { type: "gap" as const, ...gap(f) };
    case "roster":
      return { type: "roster" as const, ...rosterChange(f) };
    case "people":
      return { type: "people" as const, ...people(f) };
    case "you":
      return { type: "you" as const, ...you(f) };
    case "rules":
      return { type: "rules" as const, ...rules(f) };
    case "probe":
      return { type: "probe" as const, ...probe(f) };
    default:
      return malformed();
  }
}

export { serverFrame };

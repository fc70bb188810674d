// The dialect `hearth.v1`: hello, welcome, and what follows. As `v1.rs`.
import { type LogId, type RefusalCode, type Seq, type ServerFrame, takenNickname } from "../../../wire";
import { readFrame } from "../../../wire/codec";
import { fromRefusal } from "./close-reasons";
import { callYourself, confirm, dropAct, pump, saveLine, tellActs, welcomeAs } from "./commands";
import type { Frame } from "./events";
import { giveUpLink, heard, joined } from "./phase";
import { askAgain, dropRequests, historyRefused, linesRefused, onAbout, onFound, onLines, onPage, searchRefused } from "./requests";
import { sanitizeEntry } from "./sanitize";
import { snapshotOf } from "./snapshot";
import type { State } from "./state";

/** A restart of the host between two accidents can bring a hole back to the same place; four of them are none. */
const HOLES_BELIEVED = 3;

/** What the page calls itself to a host. */
const CLIENT_NAME = "hearth-guest";

/** Connected: says who knocks, and from where on to read. */
export function greet(s: State): void {
  if (s.phase.is !== "connecting") return;
  s.phase = { is: "greeting", until: s.phase.until };
  s.greetedAs = s.nickname;
  s.outbox.dropRenames();
  const { cursor } = s.timeline;
  s.send({
    type: "hello",
    nickname: s.nickname,
    client: { name: CLIENT_NAME, version: s.setup.version },
    ...(s.token === null ? {} : { token: s.token }),
    ...(s.secret === null ? {} : { secret: s.secret }),
    ...(s.password === null ? {} : { password: s.password }),
    ...(cursor === null ? {} : { log: cursor.log, after: cursor.seq }),
  });
}

/** A text message came. */
export function hear(s: State, text: string, now: number, random: () => number): void {
  heard(s, now);
  if (s.phase.is === "joined") {
    const frame = readFrame(text);
    if (frame !== null) follow(s, frame, now, random);
  } else if (s.phase.is === "greeting") {
    beGreeted(s, readFrame(text), now, random);
  }
}

function beGreeted(s: State, frame: ServerFrame | null, now: number, random: () => number): void {
  const { host } = s.setup;
  if (frame?.type === "welcome") {
    enter(s, frame, now, random);
  } else if (frame?.type === "refused") {
    // What is known to be wrong is not said again: the host counts.
    if (frame.code === "password_wrong") s.password = null;
    giveUpLink(s, fromRefusal(frame.code, host), now, random);
  } else {
    giveUpLink(s, { code: "wrong_dialect", host }, now, random);
  }
}

function enter(s: State, welcome: Frame<"welcome">, now: number, random: () => number): void {
  const { room, you, token, role, rules, people, online, log, head, after, limits, talk } = welcome;
  s.token = token;
  s.role = role ?? "member";
  s.rules = rules ?? {};
  s.plain = talk !== true;
  s.owner = room.owner ?? null;
  s.limits = limits;
  s.renamingFrom = s.greetedAs === s.nickname ? null : s.greetedAs;
  s.greetedAs = null;
  if (s.timeline.log === log && head < s.timeline.head) {
    distrust(s, now, random);
    return;
  }
  const isKnown = (s.timeline.log ?? s.savedLog) === log;
  if (s.timeline.log !== log) beginLog(s, room.name, log, after, head);
  s.hold = isKnown && s.outbox.mayRepeat ? { head, until: now + s.timing.connect } : null;
  welcomeAs(s, room.name, you, log);
  s.tell(s.roster.set(people, online, head));
  joined(s, now);
  pump(s, now);
  askAgain(s);
}

/** Another log begins here: the first one, one after a reload, or one that has taken the place of what was known. */
function beginLog(s: State, name: string, log: LogId, after: Seq, head: Seq): void {
  const before = s.timeline.log ?? s.savedLog;
  const isSame = before === log && s.outbox.furthest <= head;
  if (!isSame) tellActs(s, before !== null && before !== log && s.name !== name ? s.outbox.otherRoom() : s.outbox.logLost());
  s.timeline.start(log, after);
  s.savedLog = null;
  // After a reload: what was acked then is in the log, before the entries that come now or among them.
  if (isSame) for (const id of s.outbox.skip(after)) dropAct(s, id);
  dropRequests(s);
}

/**
 * A log that ends before what we have seen of it is another one under the same id, as when its file was put back from a
 * copy. New entries would pass for repeats, so what is known is forgotten and the log read afresh.
 */
function distrust(s: State, now: number, random: () => number): void {
  s.hold = null;
  s.timeline.forget();
  tellActs(s, s.outbox.logLost());
  giveUpLink(s, { code: "link_broken" }, now, random);
  s.tell({ type: "snapshot", room: snapshotOf(s, null, now) });
}

function follow(s: State, frame: ServerFrame, now: number, random: () => number): void {
  switch (frame.type) {
    case "entry":
      onEntry(s, frame, now, random);
      break;
    case "ack":
      onAck(s, frame, now);
      break;
    case "refused":
      // The invitation that the user came by was taken back.
      if (frame.code === "invite_revoked") giveUpLink(s, fromRefusal(frame.code, s.setup.host), now, random);
      else onRefused(s, frame, now);
      break;
    case "page":
      onPage(s, frame, now);
      break;
    case "found":
      onFound(s, frame);
      break;
    case "about":
      onAbout(s, frame);
      break;
    case "lines":
      onLines(s, frame);
      break;
    case "typing":
      s.tell({ type: "typing", members: frame.members });
      break;
    case "gap":
      onGap(s, frame, now);
      break;
    case "roster":
      s.tell(s.roster.change(frame, s.timeline.head));
      break;
    case "people":
      s.tell(s.roster.set(frame.people, frame.online, s.timeline.head));
      break;
    case "you":
      onRenamed(s, frame.nickname);
      pump(s, now);
      break;
    case "rules":
      onRules(s, frame);
      break;
    case "welcome":
      // A second one says nothing that is not known.
      break;
    case "probe":
      // A page cannot dial addresses; the host asks somebody else.
      break;
    default:
      frame satisfies never;
  }
}

function onRules(s: State, { type: _, ...rules }: Frame<"rules">): void {
  s.rules = rules;
  s.tell({ type: "rules", rules });
}

function onEntry(s: State, { type: _, ...told }: Frame<"entry">, now: number, random: () => number): void {
  const entry = sanitizeEntry(told);
  const verdict = s.timeline.accept(entry);
  if (verdict === "repeat") return;
  if (verdict === "hole") {
    onHole(s, now, random);
    return;
  }
  s.hole = null;
  // Whoever has much to read, or reads it slowly, is on the way all the same.
  if (s.hold !== null) s.hold.until = now + s.timing.connect;
  confirm(s, entry.id);
  const nickname = s.you?.member === entry.from.member && entry.seq > (s.roster.at ?? 0) ? takenNickname(entry) : null;
  // A rename that was asked for has an answer too, which may have come first.
  if (nickname !== null && s.you?.nickname !== nickname) onRenamed(s, nickname);
  if (entry.kind === "removed") s.timeline.takeAway(entry.about);
  s.tell({ type: "entries", entries: [entry] });
  pump(s, now);
}

/**
 * The room knows the user under another nickname. One that was not asked for is the wish from now on, so that the next
 * hello does not take it back.
 */
function onRenamed(s: State, nickname: string): void {
  const isAskedFor = s.renamingFrom !== null;
  s.renamingFrom = null;
  s.outbox.renameAnswered();
  // Told already, by the entry.
  if (s.you?.nickname === nickname) return;
  if (!isAskedFor) s.nickname = nickname;
  callYourself(s, nickname);
}

/**
 * Something is missing before an entry. Resuming brings it, or a gap that says that it is gone; a host that leaves the
 * same hole again and again is not to be believed.
 */
function onHole(s: State, now: number, random: () => number): void {
  const at = s.timeline.head;
  const times = s.hole?.at === at ? s.hole.times + 1 : 1;
  s.hole = { at, times };
  giveUpLink(s, times > HOLES_BELIEVED ? { code: "wrong_dialect", host: s.setup.host } : { code: "link_broken" }, now, random);
}

function onAck(s: State, { id, seq }: Frame<"ack">, now: number): void {
  if (s.outbox.ack(id, seq, s.timeline.head)) dropAct(s, id);
  else saveLine(s, id);
  pump(s, now);
}

function onRefused(s: State, { id, of, code, retry_after_ms: ms }: Frame<"refused">, now: number): void {
  const retryAfter = ms ?? null;
  if (id !== undefined) {
    if (s.outbox.isRename(id)) {
      s.outbox.confirm(id);
      renameRefused(s, code);
    } else {
      const act = s.outbox.refuse(id, code, retryAfter, now);
      if (act !== null) tellActs(s, [act]);
    }
    pump(s, now);
    return;
  }
  switch (of) {
    case "history":
      historyRefused(s, code, retryAfter, now);
      break;
    case "search":
      searchRefused(s, code, retryAfter, now);
      break;
    case "lines":
      linesRefused(s, code, retryAfter, now);
      break;
    case undefined:
      // A host that does not know of them does not know how they are called either.
      if (code === "unknown_type") linesRefused(s, code, null, now);
      break;
    case "rename":
      s.outbox.renameAnswered();
      renameRefused(s, code);
      pump(s, now);
      break;
  }
}

/** The wish is taken back. */
function renameRefused(s: State, reason: RefusalCode): void {
  if (s.renamingFrom === null) return;
  s.nickname = s.renamingFrom;
  s.renamingFrom = null;
  s.tell({ type: "rename_refused", reason });
}

function onGap(s: State, told: Frame<"gap">, now: number): void {
  const gap = s.timeline.skip(told);
  if (gap === null) return;
  s.tell({ type: "gap", gap });
  for (const id of s.outbox.skip(gap.to)) dropAct(s, id);
  pump(s, now);
}

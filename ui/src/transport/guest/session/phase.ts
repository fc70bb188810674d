// Phases of the link: attempts, reconnecting, heartbeat. As `phase.rs`.
//
// Silence is noticed in another way than there. A browser answers the host's pings unseen, and lets no page send one; but a
// link that died without a word, as when the host's computer sleeps or the network is another one, stays open to a page
// that only listens. So a quiet link is asked for something that every host answers with one small frame and looks at
// almost nothing for: the entries before place 0, of which there are none (`ASK`). A frame of an unknown type would be
// answered too, but refusals in a row get a client cut. Nobody else asks for that page, so that nobody takes the answer.
//
// A hidden page is not asked: its timers are slow and it has nobody to tell; when it is looked at again, it is asked at
// once. And since a page may be frozen, or the computer asleep, between the question and the deadline, a deadline that is
// noticed late asks once more instead of believing it.
import type { ClientFrame, ConnectError, Status } from "../../../wire";
import { isFinal, isNoAnswer, isNobodyThere } from "./close-reasons";
import { tellActs } from "./commands";
import type { State } from "./state";
import { wholeSeconds } from "./timing";

const ASK: ClientFrame = { type: "history", before: 0, limit: 1 };

/** How things stand with the link. */
export function statusOf(s: State, now: number): Status {
  const { phase, trouble, attempt } = s;
  switch (phase.is) {
    case "joined":
      return { state: "connected", dialect: "v1" };
    case "over":
      return { state: "disconnected", error: trouble };
    default: {
      if (trouble === null) return { state: "connecting" };
      const left = phase.is === "waiting" ? Math.max(0, Math.round(phase.until - now)) : 0;
      return { state: "reconnecting", in_ms: left, attempt, error: trouble };
    }
  }
}

/** When the link itself needs a tick. */
export function linkDue(s: State): number | null {
  const { phase } = s;
  switch (phase.is) {
    case "over":
      return null;
    case "joined":
      return phase.asked ?? (s.visible ? phase.heard + s.timing.quiet : null);
    default:
      return phase.until;
  }
}

export function connect(s: State, now: number): void {
  s.phase = { is: "connecting", until: now + s.timing.connect };
  s.do({ type: "connect" });
  tellStatus(s, now);
}

/** The user is in the room. */
export function joined(s: State, now: number): void {
  s.phase = { is: "joined", since: now, heard: now, asked: null };
  s.attempt = 0;
  s.trouble = null;
  tellStatus(s, now);
}

/** Something was heard. */
export function heard(s: State, now: number): void {
  if (s.phase.is === "joined") s.phase = { ...s.phase, heard: now, asked: null };
}

/** The time of something that the link waits for may have come. */
export function linkTick(s: State, now: number, random: () => number): void {
  const due = linkDue(s);
  const { phase, timing } = s;
  if (due === null || now < due) return;
  switch (phase.is) {
    case "connecting":
    case "greeting":
      giveUpLink(s, { code: "timed_out", host: s.setup.host, port: s.setup.port, seconds: wholeSeconds(timing.connect) }, now, random);
      break;
    case "waiting":
      connect(s, now);
      break;
    case "joined":
      if (phase.asked === null) ask(s, now + timing.answer);
      else if (now - phase.asked > timing.late) ask(s, now + timing.probe);
      else giveUpLink(s, { code: "silent", seconds: wholeSeconds(now - phase.heard) }, now, random);
      break;
  }
}

/** Nobody looks any more. */
export function hidden(s: State): void {
  s.visible = false;
}

/**
 * The user is back, the computer has slept, or the network is another one. The link may have died meanwhile without a
 * word, an attempt may go out by a way that there is no more, and whoever waits has waited long enough.
 */
export function woke(s: State, now: number): void {
  s.visible = true;
  switch (s.phase.is) {
    case "joined":
      ask(s, now + s.timing.probe);
      break;
    case "connecting":
    case "greeting":
      // One that has only just begun knows the way: the signs of coming back come in twos and threes.
      if (s.phase.until - s.timing.connect > now - s.timing.probe) break;
      s.do({ type: "hang_up" });
      connect(s, now);
      break;
    case "waiting":
      s.backoff.reset();
      connect(s, now);
      break;
  }
}

/** Ends a link that is of no use any more. */
export function giveUpLink(s: State, error: ConnectError, now: number, random: () => number): void {
  s.do({ type: "hang_up" });
  lost(s, error, now, random);
}

/** The link is lost, or the attempt failed. */
export function lost(s: State, error: ConnectError, now: number, random: () => number): void {
  const { phase, timing } = s;
  if (phase.is === "waiting" || phase.is === "over") return;
  if (phase.is === "joined") {
    if (phase.since + timing.steady <= now) s.backoff.reset();
    // What was sent and not confirmed goes again: the host knows it by its id if it comes twice.
    tellActs(s, s.outbox.linkLost());
  }
  if (isFinal(error)) {
    s.phase = { is: "over" };
  } else {
    s.attempt += 1;
    const cap = isNobodyThere(error) ? timing.backoffAbsent : timing.backoffCap;
    s.phase = { is: "waiting", until: now + s.backoff.next(cap, random) };
  }
  // That nobody answers there is how a host looks that has stopped: it is no news.
  if (s.trouble?.code !== "host_stopped" || !isNoAnswer(error)) s.trouble = error;
  tellStatus(s, now);
}

export function reconnect(s: State, now: number): void {
  if (s.phase.is === "over") {
    s.attempt = 0;
    s.trouble = null;
    s.backoff.reset();
    s.hole = null;
  } else if (s.phase.is !== "waiting") {
    return;
  }
  connect(s, now);
}

/** The user has typed the room's password. */
export function tryPassword(s: State, password: string, now: number): void {
  s.password = password;
  if (s.phase.is !== "joined") connectAnew(s, now);
}

/** The user comes with another link: it is tried at once. Who is in already stays, unless it may give them more. */
export function tryLink(s: State, secret: string, now: number): void {
  const isNews = s.secret !== secret;
  s.secret = secret;
  if (s.phase.is === "joined") {
    if (!isNews || s.role !== "reader") return;
    tellActs(s, s.outbox.linkLost());
  }
  connectAnew(s, now);
}

/** Drops whatever is under way for a new beginning. */
function connectAnew(s: State, now: number): void {
  if (s.phase.is !== "waiting" && s.phase.is !== "over") s.do({ type: "hang_up" });
  s.phase = { is: "over" };
  reconnect(s, now);
}

/** Wants a sign of life until then. */
function ask(s: State, until: number): void {
  if (s.phase.is !== "joined") return;
  s.phase = { ...s.phase, asked: until };
  s.send(ASK);
}

function tellStatus(s: State, now: number): void {
  s.tell({ type: "status", status: statusOf(s, now) });
}

// A guest's session with a clock of its own and dice that fall as they did.
import type { Effect, Event, SessionCommand } from "../src/transport/guest/session/events";
import { Session } from "../src/transport/guest/session/session";
import type { Setup } from "../src/transport/guest/session/state";
import { TIMING } from "../src/transport/guest/session/timing";
import type { ClientFrame, RoomSnapshot, RoomUpdate, ServerFrame } from "../src/wire";
import { LIMITS_V1 } from "../src/wire";

export const SETUP: Setup = {
  url: "ws://host:8080", host: "host", port: 8080, version: "0.1.0", nickname: "阿明", timing: TIMING, member: null, secret: null, lines: [],
};

export class Rig {
  readonly session: Session;
  now = 0;
  /** What the last event led to. */
  effects: Effect[] = [];

  constructor(change: Partial<Setup> = {}, readonly random: () => number = dice(1)) {
    this.session = new Session({ ...SETUP, ...change });
  }

  /** In a room whose log stands at 10. */
  static inRoom(change: Partial<Setup> = {}): Rig {
    const rig = new Rig(change);
    rig.event({ type: "begin" });
    rig.event({ type: "opened" });
    rig.hear(welcome("a", 10, 10));
    return rig;
  }

  event(event: Event): Effect[] {
    this.effects = this.session.handle(event, this.now, this.random);
    return this.effects;
  }

  /** The user asks for something. */
  order(command: SessionCommand): Effect[] {
    return this.event({ type: "command", command });
  }

  hear(frame: ServerFrame): Effect[] {
    return this.event({ type: "text", text: JSON.stringify(frame) });
  }

  /** Time goes on, and the session ticks. */
  wait(ms: number): Effect[] {
    this.now += ms;
    return this.event({ type: "tick" });
  }

  /** Waits for the next deadline. */
  waitDue(): Effect[] {
    return this.wait(this.session.deadline! - this.now);
  }

  get sent(): ClientFrame[] {
    return this.effects.flatMap((effect) => (effect.type === "send" ? [effect.frame] : []));
  }

  get told(): RoomUpdate[] {
    return this.effects.flatMap((effect) => (effect.type === "tell" ? [effect.update] : []));
  }

  does(type: Effect["type"]): boolean {
    return this.effects.some((effect) => effect.type === type);
  }

  get status() {
    return this.session.status(this.now);
  }

  snapshot(): RoomSnapshot {
    return this.session.snapshot(null, this.now);
  }
}

/** Without what each version of the page says in another way. */
export function bare(frame: ClientFrame): object {
  return frame.type === "hello" ? nameless(frame) : frame;
}

function nameless({ client: _, ...rest }: Extract<ClientFrame, { type: "hello" }>): object {
  return rest;
}

export function welcome(log: string, after: number, head: number, token = "secret"): ServerFrame {
  const me = { member: "me", nickname: "阿明" };
  return {
    type: "welcome", room: { name: "围炉" }, you: me, token, people: [{ ...me, dialect: "v1" }], online: 1, log, head, after,
    limits: LIMITS_V1, talk: true,
  };
}

export function line(prev: number, seq: number, from = "li", id?: string): ServerFrame {
  return {
    type: "entry", seq, prev, at: "2026-11-22T04:05:06.789Z", from: { member: from, nickname: from },
    ...(id === undefined ? {} : { id }), kind: "message", text: `line ${seq}`,
  };
}

export function postId(n: number): string {
  return `0190a000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** Numbers from 0 up to 1 that come again with the seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

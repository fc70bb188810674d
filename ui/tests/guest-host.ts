// A small host, as the protocol wants it: a log, members by token, acts done once. It can be told to be difficult. As
// `host.rs` among the tests of the Rust session.
import type { ClientFrame, Entry, MemberId, PostId, Seq, ServerFrame } from "../src/wire";
import { LIMITS_V1 } from "../src/wire";

/** How often, out of 1000 chances, something happens that hurts. */
export interface Trouble { tooFast: number; storage: number; repeat: number; hole: number; trim: number; reload: number; forget: number }

export const NO_TROUBLE: Trouble = { tooFast: 0, storage: 0, repeat: 0, hole: 0, trim: 0, reload: 0, forget: 0 };

/** The host's end of a connection, with what is on its way in both directions. */
export interface Wire { up: ClientFrame[]; down: string[]; member: MemberId | null; served: Seq }

export const newWire = (): Wire => ({ up: [], down: [], member: null, served: 0 });

export class SmallHost {
  readonly log: Entry[] = [];
  /** Entries up to here are no longer kept. */
  trimmed: Seq = 0;
  trouble = NO_TROUBLE;
  #tokens = new Map<string, MemberId>();
  #nicknames = new Map<MemberId, string>();
  #here = new Map<MemberId, number>();
  #stored = new Map<string, Seq>();
  /** A real fault does not strike twice at the same place. */
  #holes = new Set<string>();
  #made = 0;

  constructor(private readonly random: () => number) {}

  get head(): Seq {
    return this.log.at(-1)?.seq ?? 0;
  }

  hits(perMille: number): boolean {
    return this.random() * 1000 < perMille;
  }

  /** Reads a frame that has come up the wire. */
  read(wire: Wire): void {
    const frame = wire.up.shift();
    if (!frame) return;
    if (frame.type === "hello") return this.#greet(wire, frame);
    const member = wire.member;
    if (member === null) throw new Error("hello comes first");
    switch (frame.type) {
      case "post":
        this.#post(wire, member, frame);
        break;
      case "rename":
        this.#rename(wire, member, frame);
        break;
      case "history": {
        const { before, limit } = frame;
        const kept = this.log.filter(({ seq }) => seq > this.trimmed && seq < before);
        say(wire, { type: "page", before, entries: kept.slice(-limit), more: kept.length > limit });
        break;
      }
    }
  }

  /** Sends the next entry down the wire, if there is one. */
  serve(wire: Wire): boolean {
    if (wire.member === null) return false;
    if (wire.served < this.trimmed) {
      say(wire, { type: "gap", after: wire.served, to: this.trimmed });
      wire.served = this.trimmed;
      return true;
    }
    const entry = this.log.find(({ seq }) => seq > wire.served);
    if (!entry) return false;
    wire.served = entry.seq;
    const hole = `${wire.member} ${entry.seq}`;
    if (this.hits(this.trouble.hole) && !this.#holes.has(hole)) {
      this.#holes.add(hole);
      return true;
    }
    say(wire, { type: "entry", ...entry });
    if (this.hits(this.trouble.repeat)) say(wire, { type: "entry", ...entry });
    return true;
  }

  /** It notices that a wire is gone. */
  part({ member }: Wire): void {
    if (member === null) return;
    const links = (this.#here.get(member) ?? 1) - 1;
    this.#here.set(member, links);
    if (links === 0) this.#append(member, { kind: "left" });
  }

  /** It starts again: the log is as it was, but nobody is known any more, nor what they posted. */
  forget(): void {
    this.#tokens.clear();
    this.#stored.clear();
    this.#here.clear();
  }

  #greet(wire: Wire, { nickname, token, log, after }: Extract<ClientFrame, { type: "hello" }>): void {
    const known = token === undefined ? undefined : this.#tokens.get(token);
    const mine = known === undefined ? `token-${(this.#made += 1)}` : token!;
    const member = known ?? `member-${this.#made}`;
    this.#tokens.set(mine, member);
    this.#nicknames.set(member, nickname);
    const links = (this.#here.get(member) ?? 0) + 1;
    this.#here.set(member, links);
    if (links === 1) this.#append(member, { kind: "joined" });
    wire.member = member;
    wire.served = log === "the-log" && after !== undefined ? after : Math.max(this.trimmed, this.log.slice(-4)[0]?.prev ?? 0);
    const people = [...this.#here].filter(([, links]) => links > 0).map(([member]) => ({
      member, nickname: this.#nicknames.get(member)!, dialect: "v1" as const,
    }));
    say(wire, {
      type: "welcome", room: { name: "围炉" }, you: { member, nickname }, token: mine, people, online: people.length, log: "the-log",
      head: this.head, after: wire.served, limits: LIMITS_V1, talk: true,
    });
  }

  /** One that changes nothing has no place in the log, and one that comes again does nothing more, whatever came meanwhile. */
  #rename(wire: Wire, member: MemberId, { id, nickname }: { id?: PostId; nickname: string }): void {
    const old = this.#nicknames.get(member)!;
    const key = `${member} ${id}`;
    let seq = id === undefined ? undefined : this.#stored.get(key);
    if (seq === undefined) {
      this.#nicknames.set(member, nickname);
      seq = old === nickname ? 0 : this.#append(member, { kind: "renamed", old }, id);
      if (seq > 0 && id !== undefined) this.#stored.set(key, seq);
    }
    if (id !== undefined) say(wire, { type: "ack", id, seq });
    say(wire, { type: "you", member, nickname: this.#nicknames.get(member)! });
  }

  #post(wire: Wire, member: MemberId, { id, text }: { id?: PostId; text: string }): void {
    if (id === undefined) throw new Error("a line has an id");
    const key = `${member} ${id}`;
    const known = this.#stored.get(key);
    if (known === undefined && this.hits(this.trouble.tooFast)) {
      say(wire, { type: "refused", id, code: "rate_limited", message: "", retry_after_ms: 300 });
    } else if (known === undefined && this.hits(this.trouble.storage)) {
      say(wire, { type: "refused", id, code: "storage", message: "" });
    } else {
      const seq = known ?? this.#append(member, { kind: "message", text }, id);
      this.#stored.set(key, seq);
      say(wire, { type: "ack", id, seq });
    }
  }

  #append(member: MemberId, body: { kind: "joined" | "left" } | { kind: "renamed"; old: string } | { kind: "message"; text: string }, id?: PostId): Seq {
    const prev = this.head;
    const seq = prev + 1 + Math.floor(this.random() * 3);
    const from = { member, nickname: this.#nicknames.get(member)! };
    this.log.push({ seq, prev, at: "2026-11-22T04:05:06.000Z", from, ...(id === undefined ? {} : { id }), ...body });
    return seq;
  }
}

function say(wire: Wire, frame: ServerFrame): void {
  wire.down.push(JSON.stringify(frame));
}

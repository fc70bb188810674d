// The roster as the host told it, for a reader who comes later: a whole list, and what has come since. What that makes of it is the
// reader's to say; here no kind of entry is known. As `told_roster.rs`.
import type { Entry, MemberId, Person, RoomSnapshot, RoomUpdate, RosterChange, Seq, ToldChange } from "../../../wire";
import { isLine, ROSTER_LISTED } from "../../../wire";

/** People in changes, and entries, that are kept at most: a host could name any number. */
const KEPT = 2000;

export class ToldRoster {
  #people: readonly Person[] = [];
  #online = 0;
  #at: Seq | null = null;
  /** Changes since, oldest first. Who is named in one is named in none before it. */
  #changes: ToldChange[] = [];
  /** Entries since that the timeline has let go of and that are no lines: the newest of each kind of each member. */
  #entries = new Map<string, Entry>();

  /** The newest entry that the list knows of; `null` before it was told. */
  get at(): Seq | null {
    return this.#at;
  }

  /** The whole list, as of the entry `at`. No more people are kept than a host may name. */
  set(people: readonly Person[], online: number, at: Seq): RoomUpdate {
    this.#people = people.slice(0, ROSTER_LISTED);
    this.#online = online;
    this.#at = at;
    this.#changes = [];
    this.#entries.clear();
    return { type: "people", people: [...this.#people], online, at };
  }

  /** Changes told by the host when the log was known up to `head`. */
  change({ joined, left, online }: RosterChange, head: Seq): RoomUpdate {
    const named = new Set(namesOf({ joined, left }));
    const before = this.#changes.map((change) => without(change, named)).filter((change) => namesOf(change).length > 0);
    this.#changes = [...before, { at: Math.max(head, this.#at ?? 0), joined, left, online }];
    let names = this.#changes.reduce((sum, change) => sum + namesOf(change).length, 0);
    for (; names > KEPT && this.#changes.length > 1; names -= namesOf(this.#fold()).length);
    return { type: "roster", joined, left, online };
  }

  /** The timeline lets go of entries. */
  pass(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (isLine(entry) || this.#at === null || entry.seq <= this.#at) continue;
      const of = `${entry.from.member} ${entry.kind}`;
      this.#entries.delete(of);
      this.#entries.set(of, entry);
    }
    for (const of of this.#entries.keys()) {
      if (this.#entries.size <= KEPT) break;
      this.#entries.delete(of);
    }
  }

  /** What a snapshot says of it. */
  snapshot(): Pick<RoomSnapshot, "people" | "online" | "roster_at" | "roster_changes" | "roster_entries"> {
    return {
      people: [...this.#people],
      online: this.#online,
      roster_at: this.#at,
      ...(this.#changes.length === 0 ? {} : { roster_changes: [...this.#changes] }),
      ...(this.#entries.size === 0 ? {} : { roster_entries: [...this.#entries.values()].sort((a, b) => a.seq - b.seq) }),
    };
  }

  /** Makes the oldest change part of the list, so that it need not be kept. */
  #fold(): ToldChange {
    const change = this.#changes.shift()!;
    const named = new Set(namesOf(change));
    const others = this.#people.filter(({ member }) => !named.has(member));
    this.#people = [...others, ...change.joined].slice(0, ROSTER_LISTED);
    return change;
  }
}

function namesOf({ joined, left }: Pick<RosterChange, "joined" | "left">): MemberId[] {
  return [...left, ...joined.map(({ member }) => member)];
}

function without(change: ToldChange, named: ReadonlySet<MemberId>): ToldChange {
  return {
    ...change, joined: change.joined.filter(({ member }) => !named.has(member)), left: change.left.filter((member) => !named.has(member)),
  };
}

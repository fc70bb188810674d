// The roster: who is here. As `roster.rs`.
import type { Entry, MemberId, Person, RoomUpdate, Seq } from "../../../wire";
import { ROSTER_LISTED } from "./sanitize";

/** Changes of a large room's roster. */
interface Change {
  readonly joined: readonly Person[];
  readonly left: readonly MemberId[];
  readonly online: number;
}

/** The people of a room as the host last told them, kept up to date by the entries that follow. */
export class Roster {
  #people: Person[] = [];
  #online = 0;
  /** The list is as of this entry: entries up to it have nothing more to say. */
  #asOf: Seq = 0;

  get people(): Person[] {
    return [...this.#people];
  }

  /** How many are here; more than are listed in a large room. */
  get online(): number {
    return this.#online;
  }

  /** The whole list, as of the entry `asOf`. No more people are kept than a host may name. */
  set(people: readonly Person[], online: number, asOf: Seq): RoomUpdate {
    this.#people = people.slice(0, ROSTER_LISTED);
    this.#online = online;
    this.#asOf = asOf;
    return { type: "people", people: this.people, online };
  }

  /** Changes told by the host. */
  change({ joined, left, online }: Change): RoomUpdate {
    const gone = new Set(left);
    this.#people = this.#people.filter((person) => !gone.has(person.member));
    const listed = joined.filter((person) => this.#put(person));
    this.#online = online;
    return { type: "roster", joined: listed, left: [...left], online };
  }

  /** What an entry changes in the list. */
  follow(entry: Entry): RoomUpdate | null {
    if (!this.isNews(entry)) return null;
    const { member, nickname } = entry.from;
    const at = this.#find(member);
    switch (entry.kind) {
      case "joined": {
        const person: Person = { member, nickname, dialect: entry.dialect ?? "v1" };
        if (at < 0) this.#online += 1;
        return this.#told(this.#put(person) ? [person] : [], []);
      }
      case "left": {
        const allListed = this.#people.length >= this.#online;
        if (at < 0 && allListed) return null;
        if (at >= 0) this.#people.splice(at, 1);
        this.#online = Math.max(0, this.#online - 1);
        return this.#told([], [member]);
      }
      case "renamed": {
        const known = this.#people[at];
        if (!known) return null;
        this.#people[at] = { ...known, nickname };
        return this.#told([this.#people[at]], []);
      }
      default:
        return null;
    }
  }

  /** Whether an entry is newer than the list. */
  isNews(entry: Entry): boolean {
    return entry.seq > this.#asOf;
  }

  #told(joined: Person[], left: MemberId[]): RoomUpdate {
    return { type: "roster", joined, left, online: this.#online };
  }

  #find(member: MemberId): number {
    return this.#people.findIndex((person) => person.member === member);
  }

  /** Lists somebody, or their new nickname. Whether there is room. */
  #put(person: Person): boolean {
    const at = this.#find(person.member);
    if (at >= 0) this.#people[at] = person;
    else if (this.#people.length < ROSTER_LISTED) this.#people.push(person);
    else return false;
    return true;
  }
}

// Annotations of people: what entries say about who is here, reduced in one place for all transports: who came, went or took
// another nickname. What they say about lines is in `line-notes.ts`. Pure.
import type { Entry, MemberId, Person, RoomSnapshot, RosterChange, Seq } from "../../wire";
import { ROSTER_LISTED } from "../../wire";
import type { RoomState } from "./state";

/** What is known by annotations. */
export type Annotations = Pick<RoomState, "people" | "online" | "rosterAt">;

/** The whole roster, as the host told it. `at`: the newest entry that it knows of. */
export function rosterTold(people: readonly Person[], online: number, at: Seq | null): Annotations {
  return { people, online, rosterAt: at };
}

/** The host told changes of the roster. */
export function rosterChanged(known: Annotations, { joined, left, online }: RosterChange): Annotations {
  const people = byMember(known.people);
  for (const member of left) people.delete(member);
  for (const person of joined) list(people, person);
  return { ...known, people: [...people.values()], online };
}

/**
 * New entries came. Those that the roster knows of say nothing more about it; where the host tells none, as on a classic server,
 * none of them does.
 */
export function annotated(known: Annotations, entries: readonly Entry[]): Annotations {
  const { rosterAt } = known;
  const news = rosterAt === null ? [] : entries.filter((entry) => entry.seq > rosterAt).filter(isOfPeople);
  if (news.length === 0) return known;
  const people = byMember(known.people);
  let { online } = known;
  for (const entry of news) {
    const { member, nickname } = entry.from;
    const person = people.get(member);
    switch (entry.kind) {
      case "joined":
        if (!person) online += 1;
        list(people, { member, nickname, dialect: entry.dialect ?? "v1" });
        break;
      case "left":
        // Who never came has not left, unless more are here than are listed.
        if (!person && people.size >= online) break;
        people.delete(member);
        online = Math.max(0, online - 1);
        break;
      case "renamed":
        if (person) people.set(member, { ...person, nickname });
        break;
      default:
        entry satisfies never;
    }
  }
  return { ...known, people: [...people.values()], online };
}

/** The annotations of a snapshot: what the host told last, and what has come since, in its order. `entries`: all of the room. */
export function annotationsOf(snapshot: RoomSnapshot, entries: readonly Entry[]): Annotations {
  const first = entries[0]?.seq ?? Infinity;
  const all = [...(snapshot.roster_entries ?? []).filter((entry) => entry.seq < first), ...entries];
  let known = rosterTold(snapshot.people, snapshot.online, snapshot.roster_at);
  let from = 0;
  for (const change of snapshot.roster_changes ?? []) {
    let to = from;
    while (to < all.length && all[to]!.seq <= change.at) to += 1;
    known = rosterChanged(annotated(known, all.slice(from, to)), change);
    from = to;
  }
  return annotated(known, all.slice(from));
}

/** An entry that says something about people, and is no line. */
type OfPeople = Extract<Entry, { kind: "joined" | "left" | "renamed" }>;

function isOfPeople(entry: Entry): entry is OfPeople {
  return entry.kind === "joined" || entry.kind === "left" || entry.kind === "renamed";
}

function byMember(people: readonly Person[]): Map<MemberId, Person> {
  return new Map(people.map((person) => [person.member, person]));
}

/** Lists somebody, or their new nickname, if there is room. */
function list(people: Map<MemberId, Person>, person: Person): void {
  if (people.has(person.member) || people.size < ROSTER_LISTED) people.set(person.member, person);
}

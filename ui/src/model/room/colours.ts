// The colours of people (avatars): ten, given out so that the first ten of a room differ. Pure.
//
// A room gives everybody an id of its own, so somebody is known in another room by their nickname alone. Nicknames are given colours,
// the same in all rooms; whoever comes into a room where somebody else has theirs gets another one there. Who has a colour keeps
// it, under whatever nickname.
import type { MemberId, RoomUpdate } from "../../wire";

/** Grounds on which white letters have AA contrast, and which are told apart. */
export const COLOURS = [
  "#aa5f04", "#2076c9", "#367c14", "#b74771", "#00525c", "#8b59b9", "#664f00", "#4941a1", "#617a77", "#763c5b",
] as const;

/** Places in `COLOURS`. */
export type Colours = ReadonlyMap<MemberId, number>;

type Person = Readonly<{ member: MemberId; nickname: string }>;

/** The ground of somebody's avatar. `member`: `null` when the room has not told who one is. */
export function colourOf(colours: Colours, member: MemberId | null, nickname: string): string {
  return COLOURS[(member === null ? undefined : colours.get(member)) ?? chosen(nickname)]!;
}

/** Gives colours to those who have come into a room. */
export function coloured(known: Colours, update: RoomUpdate, nicknames: NicknameColours): Colours {
  const fresh = comers(update).filter(({ member }) => !known.has(member));
  if (fresh.length === 0) return known;
  const colours = new Map(known);
  for (const { member, nickname } of fresh) if (!colours.has(member)) colours.set(member, freeOf(colours, nicknames.of(nickname)));
  return colours;
}

/** The colours of nicknames in all rooms of this page. */
export class NicknameColours {
  readonly #given = new Map<string, number>();

  of(nickname: string): number {
    const name = nameOf(nickname);
    const given = this.#given.get(name) ?? freeOf(this.#given, chosen(nickname));
    this.#given.set(name, given);
    return given;
  }
}

/** Those of whom an update tells. Ids are made in the order of coming, so that a room is coloured alike at every start. */
function comers(update: RoomUpdate): Person[] {
  switch (update.type) {
    case "snapshot": {
      const { you, people, entries } = update.room;
      return [...one(you), ...inOrder(people), ...inOrder(entries.map(({ from }) => from))];
    }
    case "welcomed":
      return one(update.you);
    case "people":
      return inOrder(update.people);
    case "roster":
      return inOrder(update.joined);
    case "entries":
      return update.entries.map(({ from }) => from);
    case "older":
      return inOrder(update.page.entries.map(({ from }) => from));
    default:
      return [];
  }
}

function one(you: Person | null): Person[] {
  return you === null ? [] : [you];
}

function inOrder(people: readonly Person[]): Person[] {
  return [...new Map(people.map((person) => [person.member, person])).values()].sort((a, b) => (a.member < b.member ? -1 : a.member > b.member ? 1 : 0));
}

/** The colour itself, or, as long as there are some that nobody has, the next of these; then the one that fewest have. */
function freeOf(colours: ReadonlyMap<unknown, number>, choice: number): number {
  const worn = new Array<number>(COLOURS.length).fill(0);
  for (const colour of colours.values()) worn[colour]! += 1;
  const least = Math.min(...worn);
  for (let i = 0; i < COLOURS.length; i++) {
    const colour = (choice + i) % COLOURS.length;
    if (worn[colour] === least) return colour;
  }
  return choice;
}

/** The number that a host adds to a name that is taken says nothing of who it is. */
function nameOf(nickname: string): string {
  return nickname.replace(/ \d+$/, "").toLowerCase();
}

/** What a nickname chooses, as long as it is free: mostly the same at every start. */
function chosen(nickname: string): number {
  const name = nameOf(nickname);
  // FNV-1a with a last stir: names that differ in one place still land far apart.
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) % COLOURS.length;
}

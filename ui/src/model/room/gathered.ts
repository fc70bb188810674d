// Gathering: who came, went or took another nickname between two lines of talk is told in one row. Pure.
import type { JoinsShown, MemberId } from "../../wire";
import type { GatheredRow, ListRow, Summary } from "./list-rows";
import type { LineRow, Row, SystemRow } from "./rows";

/** Who is back so soon, before anything was said, was never gone. */
const RETURN_MS = 10 * 60_000;

/** Where more people are than this, only the list of people tells who comes and goes. */
export const CROWD = 30;

/** How far the rows were made that will not change while entries only come after them. */
interface Checkpoint {
  shown: JoinsShown;
  /** The first of all rows. Where the others are not those of the last time, it is another one, too. */
  first: Row;
  count: number;
  made: readonly ListRow[];
}

/**
 * Makes the rows that are shown of all rows. What it has decided stays: a row keeps its key while entries come on either
 * side of it, and no row comes or goes because the room has filled or emptied.
 */
export class Gatherer {
  /** Keys of runs, each that of one of its events. */
  #keys = new Set<string>();
  /** Whether an event is told, by its key. */
  #told = new Map<string, boolean>();
  #gathered = new Map<string, GatheredRow>();
  /** Lines that go on a group, since nothing is shown of what was between. */
  #joinedOn = new WeakMap<LineRow, LineRow>();
  #checkpoint: Checkpoint | null = null;

  /** `online`: how many are in the room; 0 while that is not known. */
  rows(all: readonly Row[], shown: JoinsShown, online: number): readonly ListRow[] {
    if (shown === "all") return all;
    const before = this.#before(all, shown);
    // What is gone from the list is forgotten, when all of it is made anew.
    const pass = before === null ? { keys: new Set<string>(), told: new Map<string, boolean>(), gathered: new Map<string, GatheredRow>() }
      : { keys: this.#keys, told: this.#told, gathered: this.#gathered };
    const rows: ListRow[] = [...(before?.made ?? [])];
    let run: SystemRow[] = [];
    let checkpoint: Checkpoint | null = null;
    let madeThen = rows.length;

    const close = (): void => {
      if (run.length === 0) return;
      // Its key is the one that it had, whichever of its events that was of.
      const { key } = run.find((event) => this.#keys.has(event.key)) ?? run[0]!;
      const row = this.#row(key, run);
      pass.keys.add(key);
      if (row?.kind === "gathered") pass.gathered.set(key, row);
      if (row) rows.push(row);
      run = [];
    };

    for (let i = before?.count ?? 0; i < all.length; i++) {
      const row = all[i]!;
      if (row.kind === "system") {
        const told = shown === "gathered" && (this.#told.get(row.key) ?? online <= CROWD);
        if (online > 0 && shown === "gathered") pass.told.set(row.key, told);
        if (told) run.push(row);
        continue;
      }
      close();
      // Nothing of the day before is left.
      if (row.kind === "day" && rows.at(-1)?.kind === "day") rows.pop();
      rows.push(row.kind === "line" && row.head && row.after === rows.at(-1)?.key ? this.#goingOn(row) : row);
      if (row.kind !== "line" || row.seq === null) continue;
      madeThen = rows.length;
      checkpoint = { shown, first: all[0]!, count: i + 1, made: [] };
    }
    close();
    if (rows.at(-1)?.kind === "day") rows.pop();
    ({ keys: this.#keys, told: this.#told, gathered: this.#gathered } = pass);
    // Until it is known how many are here, nothing is decided.
    if (online === 0) this.#checkpoint = null;
    else if (checkpoint !== null) this.#checkpoint = { ...checkpoint, made: rows.slice(0, madeThen) };
    return rows;
  }

  /** Where to go on; `null` where all is to be made anew. */
  #before(all: readonly Row[], shown: JoinsShown): Checkpoint | null {
    const before = this.#checkpoint;
    return before?.shown === shown && before.first === all[0] ? before : null;
  }

  #goingOn(line: LineRow): LineRow {
    const row = this.#joinedOn.get(line) ?? { ...line, head: false };
    this.#joinedOn.set(line, row);
    return row;
  }

  /** The row of a run; `null` when nothing of it is told. */
  #row(key: string, run: readonly SystemRow[]): SystemRow | GatheredRow | null {
    const events = withoutReturns(run);
    const [first] = events;
    if (first === undefined) return null;
    if (events.length === 1) return first.key === key ? first : { ...first, key };
    const before = this.#gathered.get(key);
    if (before && sameEvents(before.events, events)) return before;
    const summary = summaryOf(events);
    return Object.values(summary).every((list) => list.length === 0) ? null : { kind: "gathered", key, events, ...summary };
  }
}

/** What became of people, all in all. */
export function summaryOf(events: readonly SystemRow[]): Summary {
  const people = new Map<MemberId, { first?: SystemRow; last?: SystemRow; old: string | null; nickname: string }>();
  for (const event of events) {
    const person = people.get(event.author) ?? { old: null, nickname: "" };
    people.set(event.author, person);
    person.nickname = event.nickname;
    if (event.event !== "renamed") {
      person.first ??= event;
      person.last = event;
    } else if (person.first?.event !== "joined") {
      // Who came in just now was known to nobody by another nickname.
      person.old ??= event.old;
    }
  }
  const all = [...people.values()];
  const those = (first: SystemRow["event"], last: SystemRow["event"]): string[] =>
    all.filter((one) => one.first?.event === first && one.last?.event === last).map((one) => one.nickname);
  return {
    joined: those("joined", "joined"),
    left: those("left", "left"),
    passed: those("joined", "left"),
    returned: those("left", "joined"),
    renamed: all.flatMap(({ old, nickname }) => (old === null || old === nickname ? [] : [{ old, nickname }])),
  };
}

/** Without those who went and were soon back as whom they had been. */
function withoutReturns(run: readonly SystemRow[]): readonly SystemRow[] {
  const gone = new Map<MemberId, SystemRow>();
  const untold = new Set<SystemRow>();
  for (const event of run) {
    const left = gone.get(event.author);
    gone.delete(event.author);
    if (event.event === "left") gone.set(event.author, event);
    else if (left?.nickname === event.nickname && event.at - left.at <= RETURN_MS) untold.add(left).add(event);
  }
  return untold.size === 0 ? run : run.filter((event) => !untold.has(event));
}

function sameEvents(a: readonly SystemRow[], b: readonly SystemRow[]): boolean {
  return a.length === b.length && a.every((event, i) => event.key === b[i]!.key);
}

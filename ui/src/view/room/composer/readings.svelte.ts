// How names are read aloud, from when the first is asked for: the table is fetched then.
import type { Readings } from "../../../model/room/completion";

const HAN = /\p{Script=Han}/u;
const known = new Map<string, readonly string[]>();
let table = $state.raw<Readings | null>(null);
let asked = false;

export function readings(nickname: string): readonly string[] {
  if (!HAN.test(nickname)) return [];
  if (table === null) return [];
  const found = known.get(nickname) ?? table(nickname);
  known.set(nickname, found);
  return found;
}

/** Fetches the table. Where that fails, names are found as they are written. */
export function fetchReadings(): void {
  if (asked) return;
  asked = true;
  void import("./pinyin").then(({ readingsOf }) => (table = readingsOf), () => (asked = false));
}

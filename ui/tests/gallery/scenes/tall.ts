// Names in scripts that need room above and below.
import type { OwnRoom } from "../../../src/wire";
import type { Script } from "../scripted";
import { closed, invite, ownRooms } from "./hosted";
import { nearby, recent } from "./joining";
import { Log, person } from "./log";
import { app, OFFICE, office, OWN, RUST, rust, snapshot } from "./rooms";

/** And, for computers without their fonts, letters with piled-up marks. */
const TALL = ["ပြည်နယ်", "བསྒྲུབས་ཀྱི", "ที่นี่ ปู่ญี่", "ស្ត្រីខ្មែរ", "نستعلیق ہیں چھے", "A\u0323\u0323\u0323\u0323\u0323g\u0302\u0302\u0302\u0302"];
const tallRooms = TALL.map((name, i): OwnRoom => ({ ...ownRooms[0]!, id: `tall-${i}`, name }));

function tall(): Script {
  const log = new Log();
  TALL.forEach((name, i) => log.add("12:00", `m-${i}=${name}`, `${name} ${name} whole`));
  const entries = log.entries;
  const first = snapshot({ url: OWN.url, name: TALL[0]!, entries, own: [], people: TALL.map((name, i) => person(`m-${i}`, name)), you: { member: "m-1", nickname: TALL[1]! } });
  const rooms = [{ ...OWN, name: TALL[0]! }, { ...OFFICE, name: TALL[1]! }, { ...RUST, name: TALL[5]! }];
  const invites = TALL.map((note, i) => invite(`t${i}`, { note }));
  return {
    app: app({ settings: { ...app().settings, nickname: TALL[1]! }, hosting: closed(invites), rooms, own_rooms: tallRooms }),
    rooms: {
      r1: [{ type: "snapshot", room: first }], r2: [{ type: "snapshot", room: { ...office, name: TALL[1]! } }],
      r3: [{ type: "snapshot", room: { ...rust, name: TALL[5]! } }],
    },
    kept: { r1: entries },
  };
}

export const tallScenes = {
  tall,
  "tall-first": () => ({
    app: app({
      nearby: TALL.slice(0, 3).map((name, i) => ({ ...nearby[i]!, name })),
      recent: TALL.slice(3).map((name, i) => ({ ...recent[i]!, name })), own_rooms: tallRooms,
    }),
  }),
} satisfies Record<string, () => Script>;

// The scenes of writing, and of what is seldom done with lines: what does not fit, what waits to be sent, what was taken away, who is
// writing, and how all of it stands on a telephone.
import type { Entry } from "../../../src/wire";
import type { Script } from "../scripted";
import { visitor } from "./guests";
import { acts, done, inBrowser, MARKDOWN } from "./lines";
import { LI, Log, MING, people, person, told, WANG, WEI } from "./log";
import { guest, office, snapshot, withOthers } from "./rooms";

const CHEN = "m-chen=陈老师", ZHOU = "m-zhou=小周", HONG = "m-hong=小红";
/** A message may be short here. */
const limits = { text_bytes: 600, nickname_chars: 32, frame_bytes: 65536 };

/** Lines that are taken away: by whom they are of, by who may, one alone, and some in a row. */
function stones(me: string): Entry[] {
  const log = new Log()
    .add("11:50", CHEN, "今晚 8 点读第二十一章。").add("11:51", ZHOU, "加我领红包").add("11:52", LI, "这是什么？")
    .add("11:53", ZHOU, "再发一次").add("11:53", ZHOU, "又一次").add("11:53", ZHOU, "还有一次").add("11:54", WEI, "我发错了")
    .add("11:55", me, "等一下我再说").add("11:56", LI, "好的。");
  const gone = [[2, CHEN], [4, CHEN], [5, CHEN], [6, CHEN], [7, WEI], [8, me]] as const;
  for (const [seq, by] of gone) about(log, "11:57", by, { kind: "removed", about: seq });
  about(log, "11:58", LI, { kind: "addressed", about: 9, reply: 8 });
  return log.entries.map((entry) => (gone.some(([seq]) => seq === entry.seq) ? ({ ...entry, kind: "erased" } as Entry) : entry));
}

function about(log: Log, at: string, who: string, body: object): void {
  log.add(at, who, "");
  const { seq, prev, at: moment, from } = log.entries.pop()!;
  log.entries.push({ seq, prev, at: moment, from, ...body } as Entry);
}

/** More reactions than there is room for in a row, and some by many. */
function reacted(): Entry[] {
  const log = new Log().add("11:50", CHEN, "第二十一章读完了，大家辛苦了！").add("11:51", LI, "🎉");
  const many = ["🌾", "❤️", "👍", "😂", "🎉", "🦊", "👏", "🙏", "🌹", "😮", "🔥", "💯", "🥹", "🫶", "👀", "🚀", "✨", "🍵"];
  many.forEach((emoji, i) => {
    for (const who of [LI, WEI, CHEN, MING, WANG].slice(0, 1 + ((i * 3) % 5))) about(log, "11:52", who, { kind: "reacted", about: 1, emoji, on: true });
  });
  for (let i = 0; i < 128; i++) about(log, "11:53", `m-${i}=访客 ${i}`, { kind: "reacted", about: 2, emoji: "👍", on: true });
  return log.entries;
}

/** Drafts wait in rooms that are not shown, beside what is unread there. */
function drafts(): Script {
  const rooms = withOthers(snapshot({ entries: done(), own: [] }));
  return guest({}, { rooms: { ...rooms, r2: [{ type: "snapshot", room: { ...office, draft: "我也去，等我", read: 1 } }] } });
}

function typing(...members: string[]): Script {
  const crowd = [...people, person("m-lin", "林晓"), person("m-long", "一个昵称很长很长很长的人 with words")];
  const rooms = withOthers(snapshot({ entries: done(), own: [], people: crowd, online: crowd.length }));
  return guest({}, { rooms: { ...rooms, r1: [...rooms["r1"]!, { type: "typing", members }] } });
}

const atHome = (): Script => inBrowser(visitor({ entries: done(), own: [] }), done());

export const writingScenes = {
  stones: () => guest({ entries: stones(MING), own: [] }),
  "guest-stones": () => visitor({ entries: stones(HONG), own: [] }),
  reactions: () => guest({ entries: reacted(), own: [] }),
  "guest-reactions": () => visitor({ entries: reacted(), own: [] }),
  spoilers: () => guest({ entries: MARKDOWN, own: [] }),
  "line-own-bar": acts,
  "line-ring": acts,
  "link-menu": () => guest({ own: [] }),
  drafts,
  "typing-one": () => typing("m-long"),
  "typing-many": () => typing("m-li", "m-chen", "m-lin"),
  counter: () => guest({ own: [], limits }),
  "too-long": () => guest({ own: [], limits }),
  "too-much": () => guest({ own: [] }),
  "only-text": () => guest({ own: [] }),
  "guest-counter": () => visitor({ own: [], limits }),
  "guest-too-long": () => visitor({ own: [], limits }),
  "guest-too-much": () => visitor({ own: [] }),
  "guest-only-text": () => visitor({ own: [] }),
  "guest-reply": atHome,
  "guest-versions": atHome,
  "guest-pins": atHome,
  "guest-emoji-names": () => visitor({ own: [] }),
  "guest-search": () => ({ ...visitor({ own: [] }), kept: { r1: told } }),
} satisfies Record<string, () => Script>;

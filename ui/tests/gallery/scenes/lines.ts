// The scenes of what is done with lines: Markdown, replies, edits, reactions, what was taken back, pins, and who is writing.
import type { Entry, MemberId } from "../../../src/wire";
import type { Script } from "../scripted";
import { LI, Log, many, MING, WANG, WEI } from "./log";
import { visitor } from "./guests";
import { guest, office, snapshot, withOthers } from "./rooms";

const CHEN = "m-chen=陈老师";
const person = (who: string): { member: MemberId; nickname: string } => {
  const [member, nickname] = who.split("=") as [string, string];
  return { member, nickname };
};

export const MARKDOWN = new Log()
  .add("11:58", CHEN, "# 第二十一章\n**重点**有三条：\n\n1. 驯养*不是*占有\n2. 花的~~价格~~时间\n3. `责任`\n   - 对花\n   - 对自己")
  .add("11:59", LI, "> 正因为你为你的玫瑰花费了时间，\n> 才使你的玫瑰变得如此重要。\n\n**真，**她这样写。*“引用”*之后也行。")
  .add("12:00", WEI, "```rust\n/// Counts what is kept.\nfn kept(entries: &[Entry]) -> usize {\n    let names = [\"小李\", \"Wei\"];\n    entries.iter().filter(|entry| names.contains(&entry.from) && entry.seq > 42).count()\n}\n```\n用 `cargo test` 跑一下，结果在 https://example.com/run/7。")
  .add("12:02", LI, "| 章 | 谁讲 | 分钟 |\n|---|:-:|--:|\n| 二十 | **小李** | 15 |\n| 二十一 | Wei | 120 |\n\n- [x] 借书\n- [ ] 写笔记")
  .add("12:03", WANG, "结局是：||小王子回去了||。[看这里](https://example.org/ending) 和 [http://bank.example](https://other.example/)")
  .add("12:04", MING, "🌾🦊")
  .add("12:05", WEI, `\`\`\`\n${Array.from({ length: 40 }, (_, i) => `${i + 1}  a long log line ${"=".repeat((i * 13) % 90)}`).join("\n")}\n\`\`\``).entries;

/** A talk to which much was done. */
export function done(): Entry[] {
  const log = new Log()
    .add("11:50", CHEN, "今晚 8 点读第二十一章，狐狸那一段；散会前把笔记发到这里。")
    .add("11:52", LI, "第二遍才看懂“驯养”是什么意思：花了时间，对方就成了世上唯一的那一个，别的都一样，只有这一个不一样。")
    .add("11:53", MING, "我最喜欢麦田那一句。")
    .add("11:54", WANG, "说错了")
    .add("11:54", WANG, "又错了")
    .add("11:58", WEI, "@阿明 joined from my phone, works great. 能把上一章的笔记也发一下吗？")
    .add("12:00", "m-lin=林晓", "我这里有，@Wei 接着：**第二十章**")
    .add("12:01", CHEN, "笔记放在群里了，大家看看。");
  const about = (at: string, who: string, body: object): void => {
    log.add(at, who, "");
    const { seq, prev, at: moment, from } = log.entries.pop()!;
    log.entries.push({ seq, prev, at: moment, from, ...body } as Entry);
  };
  about("12:02", MING, { kind: "edited", about: 3, text: "我最喜欢麦田那一句。狐狸不吃麦子，可是以后看见金黄的麦子，就会想起王子的头发。" });
  about("12:02", MING, { kind: "addressed", about: 3, reply: 2 });
  about("12:02", "m-lin=林晓", { kind: "addressed", about: 7, mentions: { members: [person(WEI)] } });
  about("12:02", WEI, { kind: "addressed", about: 6, mentions: { members: [person(MING)] } });
  about("12:02", CHEN, { kind: "addressed", about: 8, reply: 7 });
  for (const who of [LI, WEI, CHEN, MING]) about("12:03", who, { kind: "reacted", about: 3, emoji: "🌾", on: true });
  for (const who of [LI, WEI]) about("12:03", who, { kind: "reacted", about: 3, emoji: "❤️", on: true });
  for (const seq of [4, 5]) about("12:03", WANG, { kind: "removed", about: seq });
  for (const seq of [2, 1]) about("12:04", CHEN, { kind: "pinned", about: seq, on: true });
  return log.entries.map((entry) => (entry.seq === 4 || entry.seq === 5 ? { ...entry, kind: "erased" } as Entry : entry));
}

export function acts(): Script {
  const entries = done();
  const room = snapshot({ entries, own: [] });
  const rooms = withOthers(room);
  return guest({}, {
    rooms: { ...rooms, r1: [...rooms["r1"]!, { type: "typing", members: ["m-li", "m-chen"] }] }, kept: { r1: entries }, pinned: { r1: [2, 1] },
  });
}

/** The same on a telephone. */
export const inBrowser = (script: Script, entries: Entry[]): Script => ({ ...script, kept: { r1: entries }, pinned: { r1: [2, 1] } });

/** An entry that says whom a line is meant for. */
function addressed(seq: number, line: Entry, body: { reply: number } | { mentions: { members: ReturnType<typeof person>[] } }): Entry {
  return { seq, prev: seq - 1, at: line.at, from: line.from, kind: "addressed", about: line.seq, ...body };
}

/** Thirty lines are unread, of which two name the user and one answers them; so does one in another room. */
function mentioned(me: string): Entry[] {
  const texts = new Map([[285, `@${person(me).nickname} 这一段你来读？`], [287, "好主意"], [298, `@${person(me).nickname} 记得带书`]]);
  const lines = many(300).map((entry): Entry => ({ ...entry, text: texts.get(entry.seq) ?? (entry as { text: string }).text, kind: "message" }));
  const own = lines.findLast((entry) => entry.seq < 270 && entry.from.member === person(me).member)?.seq;
  const members = [person(me)];
  return [
    ...lines, addressed(301, lines[284]!, { mentions: { members } }), addressed(302, lines[297]!, { mentions: { members } }),
    ...(own === undefined ? [] : [addressed(303, lines[286]!, { reply: own })]),
  ];
}

/** Who answers a line far above. */
function quoted(): Entry[] {
  const lines = many(300);
  return [...lines, addressed(301, lines.at(-1)!, { reply: 40 })];
}

function mentionedHere(): Script {
  const rooms = withOthers(snapshot({ entries: mentioned(MING), own: [], read: 270 }));
  const last = office.entries.at(-1)!;
  const more = [{ ...last, seq: 4, prev: 3, text: "@阿明 一起去？", kind: "message" } as Entry];
  const entries = [...office.entries, ...more, addressed(5, more[0]!, { mentions: { members: [person(MING)] } })];
  return guest({}, { rooms: { ...rooms, r2: [{ type: "snapshot", room: { ...office, entries, read: 1 } }] } });
}

export const lineScenes = {
  mentioned: mentionedHere,
  "guest-mentioned": () => visitor({ entries: mentioned("m-hong=小红"), own: [], read: 270 }),
  quoted: () => guest({ entries: quoted(), own: [] }),
  "guest-quoted": () => visitor({ entries: quoted(), own: [] }),
  everyone: () => guest({ own: [] }),
  "guest-acts": () => inBrowser(visitor({ entries: done(), own: [] }), done()),
  "guest-line-menu": () => inBrowser(visitor({ entries: done(), own: [] }), done()),
  "guest-line-sheet": () => inBrowser(visitor({ entries: done(), own: [], role: "moderator" }), done()),
  "guest-swiped": () => inBrowser(visitor({ entries: done(), own: [] }), done()),
  "guest-markdown": () => visitor({ entries: MARKDOWN, own: [] }),
  markdown: () => guest({ entries: MARKDOWN, own: [] }),
  "markdown-found": () => guest({ entries: MARKDOWN, own: [] }, { kept: { r1: MARKDOWN } }),
  acts,
  "line-bar": acts,
  "line-menu": acts,
  "line-own-menu": acts,
  names: () => ({ ...acts(), rooms: withOthers(snapshot({ entries: done(), own: [], role: "owner" })) }),
  "guest-names": () => visitor({ own: [] }),
  tools: acts,
  grounds: acts,
  preview: acts,
  "guest-tools": () => visitor({ own: [] }),
  "guest-grounds": () => visitor({ own: [] }),
  "guest-preview": () => visitor({ own: [] }),
  "emoji-names": acts,
  "emoji-names-unsure": acts,
  "emoji-picker": acts,
  "emoji-found": acts,
  "emoji-line": acts,
  "guest-emoji-picker": () => visitor({ own: [] }),
  reply: acts,
  edit: acts,
  pins: acts,
  versions: acts,
} satisfies Record<string, () => Script>;

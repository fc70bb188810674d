// What was said in the scenes, and by whom.
import type { Dialect, Entry, Person } from "../../../src/wire";

export const NOW = Date.parse("2026-11-22T12:08:00+08:00");

export const people: Person[] = [
  person("m-ming", "阿明"), person("m-li", "小李"), person("m-wei", "Wei", "classic"), person("m-chen", "陈老师"),
];

export function person(member: string, nickname: string, dialect: Dialect = "v1"): Person {
  return { member, nickname, dialect };
}

export class Log {
  entries: Entry[] = [];
  seq = 0;

  add(at: string, who: string, body: string | { kind: "joined" } | { kind: "left" } | { kind: "renamed"; old: string }, id?: string): this {
    const [member, nickname] = who.split("=") as [string, string];
    const what = typeof body === "string" ? { kind: "message" as const, text: body } : body;
    const day = at.includes("T") ? at : `2026-11-22T${at}`;
    const entry = { seq: this.seq + 1, prev: this.seq, at: new Date(`${day}:00+08:00`).toISOString(), from: { member, nickname }, ...what };
    this.entries.push(id === undefined ? entry : { ...entry, id });
    this.seq += 1;
    return this;
  }
}

export const LI = "m-li=小李", MING = "m-ming=阿明", WEI = "m-wei=Wei", WANG = "m-wang=老王";

export function talk(): Log {
  return new Log()
    .add("2026-11-21T21:40", "m-chen=陈老师", "明天读第三章，记得带上问题。")
    .add("11:58", LI, { kind: "joined" })
    .add("12:01", LI, "大家好！这周读到第三章了，“所有权”那一节我看了两遍 😅")
    .add("12:01", LI, "有没有人能讲讲 Arc<Mutex<T>> 什么时候才需要？")
    .add("12:02", MING, "跨任务共享又要改的时候。不过先想想能不能只让一个任务拥有它，\n例如 https://doc.rust-lang.org/book/ch16-02-message-passing.html", "a1")
    .add("12:03", "m-chen=陈老师", { kind: "renamed", old: "陈" })
    .add("12:05", WEI, "joined from the browser on my phone, works great. 能把第四章的笔记也发一下吗？")
    .add("12:06", WANG, { kind: "left" });
}

/** What the searches of the gallery find: old lines and new ones, short and long. */
export const told: Entry[] = [
  ...new Log()
    .add("2025-12-24T20:15", "m-chen=陈老师", "明年第一本读 The Book，先把所有权讲清楚。")
    .add("2026-10-01T09:30", WEI, `${"很长的一段话，讲了许多别的事。".repeat(8)}最后才说到所有权和借用，${"然后又讲了许多别的事。".repeat(12)}`)
    .add("2026-11-20T18:02", WANG, "Ownership 不就是“所有权”吗？ownership rules: each value has one owner")
    .entries,
  ...talk().entries.map((entry) => ({ ...entry, seq: entry.seq + 100, prev: entry.prev + 100 })),
];

/** A lesson begins: many come, some go, one is back at once. */
export function comings(): Entry[] {
  const log = new Log().add("11:58", "m-chen=陈老师", "我们十二点开始，先进来的先聊。");
  for (let i = 1; i <= 12; i++) log.add(`11:5${i < 9 ? 8 : 9}`, `m-${i}=${["林晓", "Wei", "小周", "Alexandra", "阿华"][i % 5]}${i > 5 ? i : ""}`, { kind: "joined" });
  log.add("12:00", "m-chen=陈老师", "人差不多了，开始。");
  log.add("12:01", LI, { kind: "joined" }).add("12:02", "m-x=Wei", { kind: "joined" }).add("12:04", WANG, { kind: "left" }).add("12:05", "m-chen=陈老师", { kind: "renamed", old: "陈" });
  log.add("12:05", MING, "好的。").add("12:06", WANG, { kind: "joined" });
  return log.add("12:07", MING, "作业在群文件里。").entries;
}

export function many(count: number): Entry[] {
  const log = new Log();
  for (let i = 0; i < count; i++) {
    const minute = String(Math.floor(i / 60) % 60).padStart(2, "0");
    log.add(`11:${minute}`, [LI, MING, WEI][Math.floor(i / 4) % 3]!, `第 ${i + 1} 行 ${"字".repeat((i * 7) % 90)}`);
  }
  return log.entries;
}

/** Years of talk: days, pauses and lines of every length. */
export function past(count: number): Entry[] {
  const start = NOW - count * 7 * 60_000;
  return Array.from({ length: count }, (_, i) => i + 1).map((seq) => {
    const [member, nickname] = [LI, MING, WEI][Math.floor(seq / 3) % 3]!.split("=") as [string, string];
    const words = seq % 17 === 0 ? "第一行\n第二行\n第三行" : "字".repeat((seq * 37) % 140);
    const at = new Date(start + seq * 7 * 60_000 - (seq % 4) * 5 * 60_000).toISOString();
    return { seq, prev: seq - 1, at, from: { member, nickname }, kind: "message", text: `line ${seq} ${words}` };
  });
}

// What a guest's page reads of a host's frames is what Rust reads.
import { describe, expect, it } from "vitest";
import frames from "../../tests/vectors/frames.json";
import notFrames from "../../tests/vectors/not_frames.json";
import { readFrame } from "../src/wire/codec";

type Fields = Record<string, unknown>;
/** `page`: what the page reads of it, where that is less than what a client keeps. */
interface FrameCase { name: string; side: string; frame: Fields; canonical?: Fields; page?: Fields }

/** A moment may be written in more than one way. */
function momentsOf(frame: unknown): unknown {
  return JSON.parse(JSON.stringify(frame), (key, value: unknown) => (key === "at" ? Date.parse(String(value)) : value));
}

describe("a host's frame is read", () => {
  const cases = (frames as FrameCase[]).filter(({ side }) => side === "server");
  it.each(cases)("$name", ({ frame, canonical = frame, page = canonical }) => {
    const read = readFrame(JSON.stringify(frame));
    expect(momentsOf(read)).toEqual(momentsOf(page));
    expect((read as Fields | null)?.["at"] ?? "Z").toMatch(/Z$/);
  });
});

describe("what is no frame is not", () => {
  it.each(notFrames.filter(({ side }) => side === "server"))("$name", ({ text }) => {
    expect(readFrame(text)).toBeNull();
  });

  const entry = { type: "entry", seq: 1, prev: 0, at: "2026-11-22T04:05:06Z", from: { member: "m", nickname: "n" }, kind: "left" };
  it.each([
    { seq: -1 }, { seq: 1.5 }, { seq: 2 ** 53 }, { seq: "1" }, { prev: null }, { at: "2026-13-45T04:05:06Z" }, { at: 7 },
    { from: null }, { from: { member: "", nickname: "n" } }, { from: { member: "a b", nickname: "n" } },
    { from: { member: "m", nickname: "n".repeat(33) } }, { id: "no uuid" }, { kind: "joined", dialect: "v2" }, { kind: 7 },
    { kind: "message", text: 7 }, { kind: "renamed" }, { type: "constructor" },
  ])("%o", (change) => {
    expect(readFrame(JSON.stringify(entry))).not.toBeNull();
    expect(readFrame(JSON.stringify({ ...entry, ...change }))).toBeNull();
  });
});

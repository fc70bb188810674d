import { describe, expect, it } from "vitest";
import { searching, stageOf } from "../src/model/room/search";
import { wholeSigns } from "../src/wire";
import { roomOf, snapshot } from "./room";

describe("half a sign", () => {
  it("costs one sign, wherever it stands in what is sent", () => {
    const sent = { text: "hi \ud83d", list: ["\ude00", { deep: "😀\ud83d\ud83d" }], n: 1, none: null, yes: true };
    expect(wholeSigns(sent)).toEqual({ text: "hi \ufffd", list: ["\ufffd", { deep: "😀\ufffd\ufffd" }], n: 1, none: null, yes: true });
    class Kept { text = "\ud83d"; }
    const kept = new Kept();
    expect(wholeSigns({ kept }).kept).toBe(kept);
  });

  it("is sought as what the answer names", () => {
    const { search } = searching(roomOf(snapshot()), "hi \ud83d");
    expect(search?.query).toBe("hi \ufffd");
    expect(stageOf(search, "hi \ud83d")).toBe("searching");
    expect(stageOf({ ...search!, asked: null, lines: [] }, "hi \ud83d")).toBe("none");
  });
});

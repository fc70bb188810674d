// @vitest-environment happy-dom
// The list keeps its place, whatever it took the lines to be that it had not measured.
import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Hearth } from "../src/model/hearth.svelte";
import App from "../src/view/App.svelte";
import { appOnly } from "../src/view/app-only";
import type { Entry } from "../src/wire";
import { sceneOf } from "./gallery/scenes";
import { scripted } from "./gallery/scripted";
import { layOut } from "./layout";
import { entry } from "./room";

vi.setConfig({ testTimeout: 40_000 });
beforeEach(() => localStorage.clear());
afterEach(cleanup);

it("stays with the line at its very top when what comes before it is lower than the lines seen so far", async () => {
  const said = (from: number, to: number, who: (seq: number) => string): Entry[] =>
    Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, who(from + i), `line ${from + i}`));
  const script = sceneOf("past");
  delete script.kept;
  // Two people in turn, so that every line has its head.
  Object.assign((script.rooms!["r1"]![0] as { room: object }).room, { entries: said(201, 260, (seq) => (seq % 2 ? "li" : "wei")) });
  const transport = scripted(script);
  const hearth = new Hearth(transport);
  hearth.start();
  const window = layOut();
  await hearth.told;
  render(App, { props: { hearth, appOnly } });
  await vi.waitFor(async () => {
    await window.frames(5);
    expect(window.topOf("line 260")).not.toBeNull();
  });

  window.scrollTo(0);
  await window.frames(5);
  const before = window.topOf("line 202");
  expect(before).not.toBeNull();
  // Before that, one of them had told a long story.
  transport.say("r1", [{ type: "older", page: { before: 201, entries: said(101, 200, () => "chen"), more: true }, gaps: [] }]);
  await window.frames(5);
  expect(window.topOf("line 202")).toBe(before);
});

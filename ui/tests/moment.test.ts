// @vitest-environment happy-dom
// The whole moment of what was said, for whoever points at its time.
import { render } from "@testing-library/svelte";
import { expect, it } from "vitest";
import SystemLine from "../src/view/room/list/SystemLine.svelte";

it("is told when the pointer comes", () => {
  const at = new Date(2026, 10, 22, 9, 5, 7).getTime();
  const row = { kind: "system", key: "1", seq: 1, event: "joined", author: "m", nickname: "阿明", old: null, at } as const;
  const { container } = render(SystemLine, { row, unfolded: false, toggle() {} });
  const time = container.querySelector("time")!;
  expect(time.textContent).toBe("09:05");
  expect(time.title).toBe("");
  time.dispatchEvent(new Event("pointerover", { bubbles: true }));
  expect(time.title).toContain("2026");
  expect(time.title).toContain("05:07");
});

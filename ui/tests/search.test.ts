// @vitest-environment happy-dom
// Searching a room, as a user does it.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { find, page, type } from "./page";

describe("searching", () => {
  it("waits for the input method, takes the latest words, and goes to a line with Enter", async () => {
    const { transport, hearth } = page("search");
    await find("composer");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    const input = await find("search-input");
    expect(document.activeElement).toBe(input);
    await fireEvent.compositionStart(input);
    await type("search-input", "suo you quan");
    await new Promise((done) => setTimeout(done, 200));
    expect(transport.calls).toEqual([]);
    await type("search-input", "所有");
    await fireEvent.compositionEnd(input);
    await type("search-input", "所有权");
    await vi.waitFor(() => expect(screen.getAllByTestId("search-result")).toHaveLength(4));
    expect(transport.calls.map((call) => call.args[1])).toEqual(["所有权"]);
    expect(screen.getByTestId("search-status").textContent).toContain("4 条");
    const [first, second] = screen.getAllByTestId("search-result");
    expect(first!.querySelector("mark")?.textContent).toBe("所有权");
    await fireEvent.keyDown(input, { key: "ArrowDown" });
    await fireEvent.keyDown(first!, { key: "ArrowDown" });
    expect(document.activeElement).toBe(second);
    await fireEvent.keyDown(second!, { key: "ArrowUp" });
    await fireEvent.keyDown(first!, { key: "ArrowUp" });
    expect(document.activeElement).toBe(input);
    await fireEvent.keyDown(input, { key: "Enter", keyCode: 13 });
    expect(hearth.room?.goal ?? hearth.room?.seeking).not.toBeNull();
  });

  it("gives the focus back where it was, and forgets what was found", async () => {
    const { hearth } = page("search");
    const box = await find("composer");
    box.focus();
    await fireEvent.click(await find("search-open"));
    box.focus();
    await fireEvent.click(await find("search-close"));
    await vi.waitFor(() => expect(screen.queryByTestId("search-panel")).toBeNull());
    expect(document.activeElement).toBe(box);
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    await type("search-input", "所有权");
    await vi.waitFor(() => expect(hearth.room?.search?.lines).toHaveLength(4));
    await fireEvent.keyDown(await find("search-input"), { key: "Escape" });
    await vi.waitFor(() => expect(document.activeElement).toBe(box));
    expect(hearth.room?.search).toBeNull();
  });

  it("says what was not searched", async () => {
    page("search-part");
    await find("composer");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    await type("search-input", "大家");
    expect((await find("search-part")).textContent).toContain("经典服务器不保存历史");
    expect(screen.getAllByTestId("search-result")).toHaveLength(1);
  });
});

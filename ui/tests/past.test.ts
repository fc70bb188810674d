// @vitest-environment happy-dom
// Looking back in a conversation, as a user does it.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { find, page } from "./page";
import { span } from "./room";

/** The test's window lays nothing out: a list of 5000 pixels in a window of 500, scrolled up by hand to a place. */
async function scrolledTo(top: number): Promise<void> {
  const list = (await screen.findAllByRole("log")).find((log) => log.classList.contains("scroller"))!;
  Object.defineProperties(list, { scrollHeight: { value: 5000, configurable: true }, clientHeight: { value: 500, configurable: true } });
  for (const place of [top + 1000, top]) {
    list.scrollTop = place;
    await fireEvent.wheel(list);
    await fireEvent.scroll(list);
  }
}

describe("a jump that is not answered", () => {
  it("is called off by the way back to the newest line", async () => {
    const { hearth } = await page("past", (script) => delete script.kept);
    await vi.waitFor(() => expect(hearth.rooms.shown?.entries).toHaveLength(50));
    await scrolledTo(2000);
    hearth.rooms.jump("r1", 5);
    await find("seeking");
    await fireEvent.click(await find("new-messages"));
    expect(hearth.rooms.shown).toMatchObject({ seeking: null, goal: { to: "end" } });
    await vi.waitFor(() => expect(screen.queryByTestId("seeking")).toBeNull());
  });

  it("gives way to scrolling while there is no link", async () => {
    const { hearth, transport } = await page("past", (script) => delete script.kept);
    await vi.waitFor(() => expect(hearth.rooms.shown?.entries).toHaveLength(50));
    hearth.rooms.jump("r1", 5);
    await scrolledTo(100);
    expect(hearth.rooms.shown?.seeking, "with a link, the answer is close").not.toBeNull();
    transport.say("r1", [{ type: "status", status: { state: "reconnecting", in_ms: 60_000, attempt: 1, error: { code: "link_broken" } } }]);
    await vi.waitFor(() => expect(hearth.rooms.shown?.link.state).toBe("reconnecting"));
    await scrolledTo(50);
    expect(hearth.rooms.shown?.seeking).toBeNull();
    expect(transport.calls.at(-1)).toEqual({ name: "order", args: ["r1", { type: "history", before: 9951, limit: 100 }] });
  });
});

describe("a list that one has scrolled back in", () => {
  it("keeps its place while thousands of lines come, and the button leads to the first of them, then to the newest", async () => {
    const { hearth, transport } = await page("past", (script) => delete script.kept);
    await vi.waitFor(() => expect(hearth.rooms.shown?.entries).toHaveLength(50));
    transport.say("r1", [{ type: "entries", entries: span(10_001, 10_200) }]);
    await vi.waitFor(() => expect(hearth.rooms.shown?.entries).toHaveLength(250));
    await scrolledTo(2000);
    transport.say("r1", [{ type: "entries", entries: span(10_201, 15_000) }]);
    await vi.waitFor(() => expect(hearth.rooms.shown?.away?.entries[0]?.seq).toBe(9951));
    expect(hearth.rooms.shown?.entries).toHaveLength(4000);
    expect(screen.getByRole("log", { name: "聊天记录" }).scrollTop).toBe(2000);
    // To the first line that is new, and then to the newest.
    await fireEvent.click(await find("new-messages"));
    expect(hearth.rooms.shown?.away).not.toBeNull();
    await vi.waitFor(async () => {
      await fireEvent.click(await find("new-messages"));
      expect(hearth.rooms.shown).toMatchObject({ away: null, goal: { to: "end" } });
    });
  });
});

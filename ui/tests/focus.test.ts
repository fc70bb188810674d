// @vitest-environment happy-dom
// Where the keyboard goes: at the first start, and when a dialog closes.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Script } from "./gallery/scripted";
import { find, page, press, soon, type } from "./page";

const asGuest = (script: Script): void => void (script.can = { hosting: false, joining: false, keeping: false, searching: false });
const focused = (): string | undefined => (document.activeElement as HTMLElement | null)?.dataset["testid"];
const focusComesTo = (id: string) => soon(() => expect(focused()).toBe(id));
const gone = (id: string) => soon(() => expect(screen.queryByTestId(id)).toBeNull());

describe("the keyboard", () => {
  it("is at the nickname when one starts for the first time, and nowhere else later", async () => {
    const { unmount } = await page("first");
    await find("nickname-input");
    expect(focused()).toBe("nickname-input");
    unmount();
    await page("join-error");
    await find("nickname-input");
    expect(focused()).toBeUndefined();
  });

  it("goes back to what opened a dialog", async () => {
    await page("joined-empty");
    for (const [opener, dialog] of [["open-join", "join-dialog"], ["settings-open", "settings-dialog"], ["nickname-open", "nickname-dialog"]] as const) {
      const button = await find(opener);
      button.focus();
      await fireEvent.click(button);
      await find(dialog);
      await soon(() => expect(document.activeElement).not.toBe(button));
      await fireEvent.click(await find("dialog-close"));
      await gone(dialog);
      await focusComesTo(opener);
    }
  });

  it("goes where one writes when a dialog came by itself, or has led into another room", async () => {
    const { transport } = await page("joined-empty");
    const composer = await find("composer");
    // By itself, as a link that was opened elsewhere.
    composer.blur();
    transport.tell({ type: "opened", opened: { link: "hearth://h#k=x", address: "wss://h:8080", problem: null } });
    await fireEvent.click(await find("opened-no"));
    await gone("opened-dialog");
    await focusComesTo("composer");
    // From the box: back to the box, at what is being written.
    transport.tell({ type: "opened", opened: { link: "hearth://h#k=x", address: "wss://h:8080", problem: null } });
    await fireEvent.click(await find("opened-join"));
    await gone("opened-dialog");
    await focusComesTo("composer");
    // Into another room, from a button that is still there.
    const [, other] = await screen.findAllByTestId("room-item");
    await fireEvent.click(other!);
    const button = await find("open-join");
    button.focus();
    await fireEvent.click(button);
    await type("join-address", "192.168.1.23:8080");
    await fireEvent.click(screen.getByTestId("join-dialog").querySelector("[data-testid=join-button]")!);
    await gone("join-dialog");
    await focusComesTo("composer");
  });

  it("goes to the first opener when one dialog makes way for another", async () => {
    await page("hosting");
    const button = await find("settings-open");
    button.focus();
    await fireEvent.click(button);
    await fireEvent.click(await find("settings-own-rooms"));
    await gone("settings-dialog");
    await soon(() => expect(document.querySelectorAll(".dialog")).toHaveLength(1));
    await fireEvent.click(await find("dialog-close"));
    await soon(() => expect(document.querySelector(".dialog")).toBeNull());
    await focusComesTo("settings-open");
  });

  it("goes back to the menu that a dialog was chosen from", async () => {
    await page("joined-empty", asGuest);
    const menu = await find("room-menu");
    menu.focus();
    await press(menu);
    await press(await find("nickname-open"));
    await find("nickname-dialog");
    await fireEvent.click(await find("dialog-close"));
    await gone("nickname-dialog");
    await focusComesTo("room-menu");
  });
});

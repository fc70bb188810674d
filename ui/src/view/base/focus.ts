// Focus: where what is typed goes, what has the keys, and where the focus goes when a dialog closes.
import { tick } from "svelte";
import type { Hearth } from "../../model/hearth.svelte";

/** Where one types in a room. */
export function messageBox(): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>("[data-testid=composer]");
}

/** Where one types: in a room the message box, elsewhere the first field. */
function home(): HTMLElement | null {
  return messageBox() ?? document.querySelector<HTMLElement>("main input:not([type=radio], [type=checkbox])");
}

/** Where fingers write, the focus would bring up the keyboard before the talk. */
export function byTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

/** Whether something stands before the page that has the keys: a dialog, a menu, a popover. */
export function isCovered(): boolean {
  return document.querySelector(".veil, .popover") !== null;
}

/** Whether keys write where they are pressed. */
export function isField(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(element.type);
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || element.isContentEditable;
}

/**
 * Keeps the focus from being nowhere: when what had it is gone, such as a dialog's button, or at the start, it goes where one
 * types. Where Tab or a press beside everything took it away, it stays away.
 */
export function keepFocus(): { check: () => void; end: () => void } {
  // What has the focus when this begins told of it before.
  let last: EventTarget | null = document.activeElement === document.body ? null : document.activeElement;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // The focus in a field would take a selection away.
      const selects = getSelection()?.isCollapsed === false;
      const lost = document.activeElement === document.body && !(last instanceof Node && last.isConnected) && !selects;
      if (lost && document.hasFocus() && !byTouch() && !isCovered()) home()?.focus({ preventScroll: true });
    });
  };
  const onfocusin = ({ target }: Event): void => void (last = target);
  // Not every engine tells that what had the focus was removed.
  const heard = [["focusin", onfocusin], ["focusout", check], ["click", check], ["keyup", check]] as const;
  for (const [type, listener] of heard) document.addEventListener(type, listener, true);
  return {
    check,
    end() {
      clearTimeout(timer);
      for (const [type, listener] of heard) document.removeEventListener(type, listener, true);
    },
  };
}

const REGIONS = ["box", "lines", "aside", "rooms"] as const;

/** The regions of the window that are in sight, in the order in which F6 goes through them. */
export type Region = (typeof REGIONS)[number];

/** The region that comes next, from that which has the focus; from elsewhere, as from the message box. */
export function nextRegion(by: 1 | -1): Region | null {
  const there = REGIONS.filter((region) => elementOf(region) !== null);
  const within = document.activeElement?.closest<HTMLElement>("[data-region]")?.dataset["region"];
  const at = Math.max(0, there.findIndex((region) => region === (isBox(document.activeElement) ? "box" : within)));
  return there[(at + by + there.length) % there.length] ?? null;
}

/** Brings the focus into a region: to what is current in it, or to its first part. */
export function enterRegion(region: Region): void {
  const element = elementOf(region);
  const part = region === "box" ? element
    : element?.querySelector<HTMLElement>("[aria-current], input, [tabindex='0']") ?? element?.querySelector<HTMLElement>("button, a[href]");
  part?.focus();
}

function elementOf(region: Region): HTMLElement | null {
  const element = region === "box" ? messageBox() : document.querySelector<HTMLElement>(`[data-region=${region}]`);
  return element?.closest("[inert]") ? null : element;
}

function isBox(element: Element | null): boolean {
  return element !== null && element === messageBox();
}

/**
 * Asked as a dialog opens, for when it closes: the focus goes back to what opened it. Where that is gone, or the dialog has led
 * into another room, it goes where one writes.
 */
export function returningFocus(hearth: Hearth): (event: Event) => void {
  const opener = document.activeElement;
  const room = hearth.rooms.active?.key;
  return (event) => {
    event.preventDefault();
    // At once: another dialog that this one makes way for has the same opener.
    if (hearth.rooms.active?.key === room && focused(opener)) return;
    void tick().then(() => {
      if (!isCovered() && !byTouch()) messageBox()?.focus({ preventScroll: true });
    });
  };
}

function focused(opener: Element | null): boolean {
  if (!(opener instanceof HTMLElement) || opener === document.body || !opener.isConnected) return false;
  opener.focus({ preventScroll: true });
  return document.activeElement === opener;
}

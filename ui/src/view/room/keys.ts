// Keys in a room: what each asks for is done where it can be.
import { type Wish, wishOf } from "../../model/text/keys";
import { enterRegion, isCovered, isField, messageBox, nextRegion } from "../base/focus";

/** What the keys of a room move. */
export interface KeyedRoom {
  list: { enter(): void; scrollBy(screens: number): void; toNextForMe(): boolean; goBack(): boolean } | undefined;
  search: { open: boolean; covering: boolean; summon(): void; end(): Promise<void> };
  canSearch: boolean;
}

export function onRoomKey(event: KeyboardEvent, room: KeyedRoom): void {
  if (event.defaultPrevented) return;
  const wish = wishOf(event);
  // The browser's own search would look through what is in sight only.
  if (wish?.do === "search" && room.canSearch) event.preventDefault();
  // A dialog before everything else has the keys.
  if (wish !== null && !isCovered() && granted(wish, event, room)) event.preventDefault();
}

/** Does what a key asks for; whether that is done with it. */
function granted(wish: Wish, { target, key }: KeyboardEvent, { list, search, canSearch }: KeyedRoom): boolean {
  const box = messageBox();
  const inBox = target === box;
  switch (wish.do) {
    case "search":
      if (canSearch) search.summon();
      return canSearch;
    case "box": {
      const ends = search.open;
      if (ends) void search.end();
      else if (!inBox) box?.focus({ preventScroll: true });
      return ends || !inBox;
    }
    case "type":
      // The focus is there before the letter is. A space may press what has the focus, or scroll it.
      if (!search.covering && !isField(target) && (key !== " " || target === document.body)) box?.focus({ preventScroll: true });
      return false;
    case "region": {
      const region = nextRegion(wish.by);
      if (region === "lines") list?.enter();
      else if (region !== null) enterRegion(region);
      return true;
    }
    case "for-me":
      return !search.covering && (list?.toNextForMe() ?? false);
    case "back":
      return !search.covering && (list?.goBack() ?? false);
    case "line":
      if (wish.by < 0 && !search.covering) list?.enter();
      return true;
    case "scroll":
      if (isField(target) && !inBox) return false;
      // In a text of several lines these keys go to its ends.
      if (inBox && !Number.isFinite(wish.screens) && box!.value.includes("\n")) return false;
      if (!inBox && target !== document.body) return false;
      list?.scrollBy(wish.screens);
      return true;
    default:
      return false;
  }
}

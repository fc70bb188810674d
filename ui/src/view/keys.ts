// Keys and buttons of the window, whatever is shown in it.
import { IN_APP } from "../model/base/in-app";
import type { Hearth } from "../model/hearth.svelte";
import { otherRoom, type Wish, wishOf } from "../model/text/keys";
import type { Room } from "../wire";
import type { DialogName } from "./base/dialogs";
import { isCovered } from "./base/focus";
import { isOfBrowser, selectsAll, takesBack } from "./base/keys";

export function onWindowKey(event: KeyboardEvent, hearth: Hearth, open: (dialog: DialogName) => void): void {
  // Buttons and headings are no text; where there is some, it has taken the key by now.
  if (selectsAll(event)) event.preventDefault();
  // A window of one's own is never loaded again, and leads nowhere.
  if (!hearth.isGuest && isOfBrowser(event)) event.preventDefault();
  const undo = IN_APP && !event.defaultPrevented ? takesBack(event) : null;
  if (undo !== null) {
    event.preventDefault();
    document.execCommand(undo);
    return;
  }
  if (event.key === "," && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    open("settings");
    return;
  }
  const wish = event.defaultPrevented || isCovered() ? null : wishOf(event);
  if (wish?.do === "keys") open("keys");
  else if (wish === null || !goesToRoom(wish, hearth)) return;
  event.preventDefault();
}

/** The buttons that go back and forward in a browser do so in a browser alone. */
export function onWindowMouse(event: MouseEvent, hearth: Hearth): void {
  if (!hearth.isGuest && event.button > 2) event.preventDefault();
}

/** Goes to the room that a key asks for; `false` where there is no other. */
function goesToRoom(wish: Wish, hearth: Hearth): boolean {
  const rooms = hearth.app?.rooms ?? [];
  const { active } = hearth.rooms;
  if (active === null || rooms.length < 2) return false;
  const unread = (room: Room): boolean => hearth.rooms.unreadIn(room.key) > 0;
  const to = wish.do === "room" ? rooms[wish.nth - 1]
    : wish.do === "rooms" ? otherRoom(rooms, active, wish.by, wish.unread ? unread : () => true) : null;
  if (to) hearth.rooms.show(to.key);
  return wish.do === "room" || wish.do === "rooms";
}

// Keys: what a key press asks for, wherever in the window it happens. Pure; the list of them is `view/settings/KeysDialog`.

export type Wish =
  | { do: "search" | "keys" | "box" | "type" }
  /** To the next line for the user, and back to where they were. */
  | { do: "for-me" | "back" }
  /** To the next region of the window, or the one before. */
  | { do: "region"; by: 1 | -1 }
  /** The focus ring to the line above, or below. */
  | { do: "line"; by: 1 | -1 }
  /** The list by so many screens. */
  | { do: "scroll"; screens: number }
  /** The room in this place, counted from 1. */
  | { do: "room"; nth: number }
  /** The next room or the one before; `unread`: of those in which something is unread, if there are any. */
  | { do: "rooms"; by: 1 | -1; unread: boolean };

type Press = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey"> & Partial<Pick<KeyboardEvent, "getModifierState">>;

/** What a key press asks for; `null` when it is nobody's but the element's that has the focus. */
export function wishOf(press: Press): Wish | null {
  const { key, shiftKey: shift, altKey: alt, metaKey: meta } = press;
  const control = press.ctrlKey || meta;
  if (control && !alt) return ofControl(key, shift);
  if (alt && !control && (key === "ArrowUp" || key === "ArrowDown")) {
    const by = key === "ArrowDown" ? 1 : -1;
    return shift ? { do: "rooms", by, unread: true } : { do: "line", by };
  }
  const plain = !alt && !control;
  if (plain && key === "F6") return { do: "region", by: shift ? -1 : 1 };
  if (plain && key === "F8") return { do: shift ? "back" : "for-me" };
  if (plain && !shift && key === "Escape") return { do: "box" };
  if (plain && !shift && key === "PageUp") return { do: "scroll", screens: -1 };
  if (plain && !shift && key === "PageDown") return { do: "scroll", screens: 1 };
  // Where letters are made with AltGr, browsers say that Control and Alt are down.
  return [...key].length === 1 && (plain || press.getModifierState?.("AltGraph") === true) ? { do: "type" } : null;
}

function ofControl(key: string, shift: boolean): Wish | null {
  // On many keyboards it stands above another sign.
  if (key === "/" || key === "?") return { do: "keys" };
  if (key === "Tab") return { do: "rooms", by: shift ? -1 : 1, unread: false };
  if (shift) return null;
  if (key === "Home") return { do: "scroll", screens: -Infinity };
  if (key === "End") return { do: "scroll", screens: Infinity };
  if (/^[1-9]$/.test(key)) return { do: "room", nth: Number(key) };
  switch (key.toLowerCase()) {
    case "f":
      return { do: "search" };
    // What is pasted goes where one types.
    case "v":
      return { do: "type" };
    default:
      return null;
  }
}

/** The room to go to from one of these; `null` when there is no other. */
export function otherRoom<T>(rooms: readonly T[], from: T, by: 1 | -1, fits: (room: T) => boolean): T | null {
  const at = rooms.indexOf(from);
  const others = rooms.map((_, i) => rooms[(at + by * (i + 1) + rooms.length * 2) % rooms.length]!).filter((room) => room !== from);
  return others.find(fits) ?? others[0] ?? null;
}

// Naming: while an `@` and the beginning of a name stand before the caret, names are offered, and one of them is chosen.
import { nameAskedAt, namesFor } from "../../../model/room/completion";
import { leads } from "../../../model/room/line-acts";
import type { RoomState } from "../../../model/room/state";
import { m } from "../../../paraglide/messages.js";
import type { MemberId } from "../../../wire";
import { fetchReadings, readings } from "./readings.svelte";

/** Somebody, or (`null`) all. */
export interface Offered {
  readonly member: MemberId | null;
  readonly nickname: string;
}

export class Naming {
  /** Where the caret stands; `null` while something is composed or selected. */
  #caret = $state<number | null>(null);
  /** The `@` at which the list was closed. */
  #closed = $state<number | null>(null);
  #at = $state(0);
  readonly #asked = $derived.by(() => (this.#caret === null ? null : nameAskedAt(this.text(), this.#caret)));
  readonly names = $derived.by((): readonly Offered[] => {
    const asked = this.#asked;
    if (asked === null || asked.from === this.#closed) return [];
    const room = this.room();
    const others = room.people.filter(({ member }) => member !== room.you?.member);
    const people: Offered[] = namesFor(asked.query, others, readings);
    const all = m.mention_all();
    const isAll = leads(room) && all.startsWith(asked.query.toLowerCase()) && all !== asked.query;
    return isAll ? [...people, { member: null, nickname: all }] : people;
  });
  readonly chosen = $derived(Math.min(this.#at, Math.max(0, this.names.length - 1)));

  constructor(
    private readonly room: () => RoomState,
    private readonly text: () => string,
    /** Puts a text in place of what stands between two places. */
    private readonly replace: (from: number, to: number, text: string) => void,
  ) {}

  /** The caret may have moved. */
  look(box: HTMLTextAreaElement, composing: boolean): void {
    const caret = composing || box.selectionStart !== box.selectionEnd ? null : box.selectionStart;
    if (caret === this.#caret) return;
    this.#caret = caret;
    this.#at = 0;
    if (this.#asked === null) this.#closed = null;
    else fetchReadings();
  }

  take(name: Offered): void {
    if (this.#asked === null || this.#caret === null) return;
    this.replace(this.#asked.from, this.#caret, `@${name.nickname} `);
  }

  /** A key is pressed in the box. Whether it was for the list. */
  onkeydown(event: KeyboardEvent): boolean {
    const { names, chosen } = this;
    if (names.length === 0 || event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        this.#at = (chosen + (event.key === "ArrowDown" ? 1 : names.length - 1)) % names.length;
        break;
      case "Enter":
      case "Tab":
        this.take(names[chosen]!);
        break;
      case "Escape":
        this.#closed = this.#asked!.from;
        break;
      default:
        return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

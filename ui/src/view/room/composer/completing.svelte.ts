// Completing: while a sign that asks and the beginning of a name stand before the caret, names are offered. Who is meant is asked by
// `@`, emoji by `:`; the list and its keys are one.
import type { Asked } from "../../../model/room/completion";
import type { Part } from "../../../model/room/highlight";
import type { MemberId } from "../../../wire";

/** What is offered; what was asked for stands apart in its parts. */
export type Offer =
  /** Somebody, or (`null`) all. */
  | { readonly kind: "name"; readonly member: MemberId | null; readonly nickname: string; readonly parts: readonly Part[] }
  | { readonly kind: "emoji"; readonly emoji: string; readonly name: readonly Part[]; readonly aside: readonly Part[] };

/** What offers something behind a sign of its own. */
export interface Offering {
  ask(text: string, caret: number): Asked | null;
  offers(query: string): readonly Offer[];
  /** Something is asked for: what it takes to answer is fetched. */
  fetch(): void;
  /** What an offer puts in place of what asked for it. */
  taken(offer: Offer): string;
}

export class Completing {
  /** Where the caret stands; `null` while something is composed or selected. */
  #caret = $state<number | null>(null);
  /** The sign at which the list was closed. */
  #closed = $state<number | null>(null);
  /** What was chosen by a key. */
  #at = $state<number | null>(null);
  readonly #asked = $derived.by(() => {
    if (this.#caret === null) return null;
    for (const offering of this.offerings) {
      const asked = offering.ask(this.text(), this.#caret);
      if (asked !== null) return { ...asked, offering };
    }
    return null;
  });
  readonly offers = $derived.by((): readonly Offer[] => {
    const asked = this.#asked;
    return asked === null || asked.from === this.#closed ? [] : asked.offering.offers(asked.query);
  });
  /** The place of what is chosen; `null` where a key is needed first. */
  readonly chosen = $derived.by(() => {
    const at = this.#at ?? (this.#asked?.sure ? 0 : null);
    return at === null || this.offers.length === 0 ? null : Math.min(at, this.offers.length - 1);
  });

  constructor(
    private readonly offerings: readonly Offering[],
    private readonly text: () => string,
    /** Puts a text in place of what stands between two places. */
    private readonly replace: (from: number, to: number, text: string) => void,
  ) {}

  /** The caret may have moved. */
  look(box: HTMLTextAreaElement, composing: boolean): void {
    const caret = composing || box.selectionStart !== box.selectionEnd ? null : box.selectionStart;
    if (caret === this.#caret) return;
    this.#caret = caret;
    this.#at = null;
    if (this.#asked === null) this.#closed = null;
    else this.#asked.offering.fetch();
  }

  take(offer: Offer): void {
    if (this.#asked === null || this.#caret === null) return;
    this.replace(this.#asked.from, this.#caret, this.#asked.offering.taken(offer));
  }

  /** A key is pressed in the box. Whether it was for the list. */
  onkeydown(event: KeyboardEvent): boolean {
    const { offers, chosen } = this;
    if (offers.length === 0 || event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
    switch (event.key) {
      case "ArrowDown":
        this.#at = chosen === null ? 0 : (chosen + 1) % offers.length;
        break;
      case "ArrowUp":
        this.#at = ((chosen ?? 0) + offers.length - 1) % offers.length;
        break;
      case "Enter":
        // Where nothing is chosen, it sends.
        if (chosen === null) return false;
        this.take(offers[chosen]!);
        break;
      case "Tab":
        this.take(offers[chosen ?? 0]!);
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

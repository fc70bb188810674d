// The place of the search in a room: beside the conversation, or over it where there is no room for both. Runes around its focus.
import { tick } from "svelte";
import { messageBox } from "../../base/focus";

export class SearchPlace {
  /** How often it was summoned since it is open; 0 while it is not. */
  summons = $state(0);
  /** Whether it has made way for a line that was chosen. */
  #madeWay = $state(false);
  #cameFrom: HTMLElement | null = null;
  /** `roomy`: whether both have room. `forgotten`: what was sought is of no more use. */
  constructor(private readonly roomy: () => boolean, private readonly forgotten: () => void) {}

  get open(): boolean {
    return this.summons > 0;
  }

  /** Whether it waits out of sight until one wants its results again. */
  get aside(): boolean {
    return this.#madeWay && this.open && !this.roomy();
  }

  get covering(): boolean {
    return this.open && !this.roomy() && !this.aside;
  }

  summon(): void {
    if (!this.open) this.#cameFrom = document.activeElement as HTMLElement | null;
    this.#madeWay = false;
    this.summons += 1;
  }

  /** Where it covers the conversation, it makes way for the line that was chosen. */
  makeWay(): void {
    if (!this.roomy()) this.#madeWay = true;
  }

  /** It closes, and the focus goes back to where it came from. */
  async end(): Promise<void> {
    this.forget();
    await tick();
    // What was focused may be gone by now.
    const back = this.#cameFrom?.isConnected && this.#cameFrom !== document.body ? this.#cameFrom : messageBox();
    back?.focus();
  }

  forget(): void {
    this.summons = 0;
    this.#madeWay = false;
    this.forgotten();
  }
}

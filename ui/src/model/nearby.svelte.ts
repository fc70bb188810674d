// The search for rooms on this network, as it is said to go on. Runes around a timer.

/** Rooms answer within a few seconds. Whoever opens one later is listed all the same. */
export const SEARCH_MS = 10_000;

export class NearbySearch {
  /** Whether it has only just begun, so that none found yet means nothing. */
  goesOn = $state.raw(true);

  #on = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The user wants to be told of rooms, or no longer. */
  follow(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    this.end();
    this.goesOn = true;
    if (on) this.#timer = setTimeout(() => (this.goesOn = false), SEARCH_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

// Exponential backoff with jitter: how long to wait before the next attempt.
import type { Timing } from "./timing";

/** Beyond this many doublings every delay is at its cap. */
const MOST_DOUBLINGS = 16;

/**
 * Exponential backoff with full jitter: before attempt `n` (from 0) a random time between a floor and
 * `min(cap, base · 2ⁿ)`. Full jitter spreads the members of a room that all lost the same host at the same moment
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). The floor keeps a lucky draw from becoming
 * a busy loop.
 */
export class Backoff {
  #tries = 0;

  constructor(private readonly timing: Timing) {}

  /** The delay before the next attempt, at most `cap`; `random` gives numbers from 0 up to 1. */
  next(cap: number, random: () => number): number {
    const { backoffFloor: floor, backoffBase: base } = this.timing;
    const most = Math.max(floor, Math.min(cap, base * 2 ** Math.min(this.#tries, MOST_DOUBLINGS)));
    this.#tries += 1;
    return floor + random() * (most - floor);
  }

  /** Starts over: the link was good. */
  reset(): void {
    this.#tries = 0;
  }
}

// Timeouts and intervals, in milliseconds. As `timing.rs`, but for the heartbeat, which a page has in a way of its own.

export interface Timing {
  /** From the start of an attempt until the welcome. */
  readonly connect: number;
  /** A link on which nothing was heard for so long is asked for a sign of life, */
  readonly quiet: number;
  /** and has this long to give one. */
  readonly answer: number;
  /** After the page or the computer was away, a link must answer within this time. */
  readonly probe: number;
  /** A deadline that is noticed so late was slept through, and the answer may have come meanwhile without being read. */
  readonly late: number;
  /** The least delay before an attempt to connect again. */
  readonly backoffFloor: number;
  /** The upper bound of the first delay; it doubles from attempt to attempt. */
  readonly backoffBase: number;
  /** The upper bound of any delay. */
  readonly backoffCap: number;
  /** The same while nobody is there at all, as when the host's computer sleeps. */
  readonly backoffAbsent: number;
  /** A link that lasted so long was good: the next loss starts with a short delay again. */
  readonly steady: number;
}

/** The product's times. A dead link is noticed within 35 s. */
export const TIMING: Timing = {
  connect: 10_000,
  quiet: 20_000,
  answer: 15_000,
  probe: 2000,
  late: 3000,
  backoffFloor: 100,
  backoffBase: 500,
  backoffCap: 30_000,
  backoffAbsent: 2000,
  steady: 10_000,
};

/** Whole seconds, as errors tell them: rounded up, so that a short time is not told as none. */
export function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

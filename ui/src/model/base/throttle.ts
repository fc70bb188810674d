// Throttling: work is done at once, and then not again for a while; what came meanwhile is handed over together.

export class Throttle<T> {
  #waiting: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly work: (items: T[]) => void, private readonly ms: number) {}

  add(items: readonly T[]): void {
    if (items.length === 0) return;
    this.#waiting.push(...items);
    if (this.#timer === undefined) this.#now();
  }

  /** Nothing is to be done any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #now(): void {
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => this.#now(), this.ms);
    this.work(this.#waiting.splice(0));
  }
}

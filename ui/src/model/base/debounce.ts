// Debouncing: work waits until nothing more has come for a while, and is then done once for all that came; or it waits that
// long from the first that came (throttling).

export class Debounce<K> {
  #waiting = new Map<K, ReturnType<typeof setTimeout>>();

  constructor(private readonly work: (key: K) => void, private readonly ms: number) {}

  later(key: K): void {
    clearTimeout(this.#waiting.get(key));
    this.#waiting.set(key, setTimeout(() => this.#now(key), this.ms));
  }

  /** Whatever else comes, it does not wait longer. */
  soon(key: K): void {
    if (!this.#waiting.has(key)) this.later(key);
  }

  /** Nothing is to be done any more. */
  drop(key: K): void {
    clearTimeout(this.#waiting.get(key));
    this.#waiting.delete(key);
  }

  /** All that waits is done now. */
  flush(): void {
    for (const key of [...this.#waiting.keys()]) this.#now(key);
  }

  #now(key: K): void {
    this.drop(key);
    this.work(key);
  }
}

// A window that lays the list out and paints it, for tests that have none: rows have heights, and frames come when a test
// says so. What happens in one is in the order of a browser: scroll events, what waits for the frame, sizes that changed.
const VIEW = 700;
const HEAD = 29, LINE = 24, DAY = 37;

/** Sets up the window of this test; gives what to do with it. */
export function layOut() {
  let top = 0;
  let scrolled = false;
  let waiting: (() => void)[] = [];
  const observers = new Set<Observer>();

  const list = (): HTMLElement | null => document.querySelector(".scroller");
  const rows = (): HTMLElement | null => list()?.querySelector("div[style*=contain]") ?? null;
  const px = (length: string): number => parseFloat(length) || 0;
  const whole = (): number => Math.max(VIEW, px(rows()?.style.height ?? ""));
  const isList = (element: Element): boolean => element.classList.contains("scroller");

  function scrollTo(to: number): void {
    const next = Math.max(0, Math.min(whole() - VIEW, Math.round(to)));
    scrolled ||= next !== top;
    top = next;
  }

  function heightOf(element: Element): number {
    if (isList(element)) return VIEW;
    if (element.parentElement !== rows()) return whole();
    if (element.querySelector(".divider")) return DAY;
    return LINE + (element.querySelector("article.head") ? HEAD : 0);
  }

  class Observer {
    readonly #seen = new Map<Element, number>();
    constructor(private readonly told: (entries: { target: Element; contentRect: { width: number; height: number } }[]) => void) {
      observers.add(this);
    }

    observe(element: Element): void {
      this.#seen.set(element, -1);
    }
    unobserve(element: Element): void {
      this.#seen.delete(element);
    }
    disconnect(): void {
      this.#seen.clear();
    }
    deliver(): boolean {
      const changed = [...this.#seen].filter(([element, seen]) => element.isConnected && heightOf(element) !== seen);
      for (const [element] of changed) this.#seen.set(element, heightOf(element));
      if (changed.length > 0) this.told(changed.map(([target]) => ({ target, contentRect: { width: 800, height: heightOf(target) } })));
      return changed.length > 0;
    }
  }

  const later = (act: () => void): number => waiting.push(act);
  for (const global of [globalThis, document.defaultView!]) {
    Object.assign(global, { ResizeObserver: Observer, requestAnimationFrame: later, cancelAnimationFrame: () => (waiting = []) });
  }
  // The window goes with the test's file, and all of this with it.
  const made = { configurable: true };
  Object.defineProperties(HTMLElement.prototype, {
    offsetParent: { ...made, get: () => document.body },
    clientHeight: { ...made, get: () => VIEW },
    scrollHeight: { ...made, get: whole },
    scrollTop: { ...made, get: () => top, set: scrollTo },
    scrollTo: { ...made, value: (to: ScrollToOptions) => scrollTo(to.top!) },
    scrollBy: { ...made, value: (by: ScrollToOptions) => scrollTo(top + by.top!) },
  });

  /** All that was scheduled for the end of this task. */
  async function settle(): Promise<void> {
    for (let i = 0; i < 50; i++) await null;
  }

  async function frame(): Promise<void> {
    if (scrolled) list()?.dispatchEvent(new Event("scroll"));
    scrolled = false;
    await settle();
    for (const act of waiting.splice(0)) {
      act();
      await settle();
    }
    for (let again = true, n = 0; again && n < 4; n++) {
      again = false;
      for (const observer of observers) {
        again = observer.deliver() || again;
        await settle();
      }
    }
  }

  return {
    scrollTo,
    async frames(count: number): Promise<void> {
      for (let i = 0; i < count; i++) await frame();
    },
    /** Where a line of talk stands in the window, in pixels; `null` when it is not there. */
    topOf(text: string): number | null {
      const line = [...list()!.querySelectorAll("[data-testid=text]")].find((one) => one.textContent === text);
      return line ? px(line.closest<HTMLElement>("div[style*=absolute]")!.style.top) - top : null;
    },
  };
}

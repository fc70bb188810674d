// Page visibility and wake-up: the page is hidden or shown, left or come back to, the network is there again, or the computer
// has slept.

export interface Presence {
  hidden(): void;
  woke(): void;
  parted(): void;
}

/** How often is looked at the calendar, in milliseconds. */
const LOOK = 1000;

/** A look that is late by so much comes after a sleep: only the calendar goes on while the computer sleeps. */
const LATE = 3000;

/** Tells for as long as the page lives. */
export function watchPresence({ hidden, woke, parted }: Presence): void {
  let looks: ReturnType<typeof setInterval> | undefined;

  function look(): void {
    clearInterval(looks);
    let last = Date.now();
    looks = setInterval(() => {
      const now = Date.now();
      if (now - last > LOOK + LATE) woke();
      last = now;
    }, LOOK);
  }

  function shown(): void {
    if (document.hidden) return;
    look();
    woke();
  }

  if (document.hidden) hidden();
  else look();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return shown();
    // A hidden page gets its timers late without any sleep, and nobody waits for it.
    clearInterval(looks);
    hidden();
  });
  addEventListener("online", shown);
  addEventListener("pagehide", parted);
  addEventListener("pageshow", (event) => {
    if (event.persisted) shown();
  });
}

// The page's clock: it ticks once a second while somebody looks at a countdown, once a minute otherwise.
import { createSubscriber } from "svelte/reactivity";

const everySecond = ticking(250);
const everyMinute = ticking(20_000);

/** Now, for a countdown. */
export function nowBySecond(): number {
  everySecond();
  return Date.now();
}

/** Now, for "today" and "yesterday". */
export function nowByMinute(): number {
  everyMinute();
  return Date.now();
}

function ticking(ms: number): () => void {
  return createSubscriber((update) => {
    const timer = setInterval(update, ms);
    return () => clearInterval(timer);
  });
}

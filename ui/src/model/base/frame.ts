// Batching per animation frame: what comes between two frames is delivered together, so that a burst costs one reduction and
// one render.

/**
 * Collects items and hands them over together before the next frame; soon after, when the window draws none. One that is
 * `alone` gets a frame of its own.
 */
export function perFrame<T>(deliver: (items: T[]) => void, alone: (item: T) => boolean = () => false): (item: T) => void {
  const waiting: T[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = 0;
    const next = waiting.findIndex(alone);
    const items = waiting.splice(0, next < 0 ? waiting.length : Math.max(1, next));
    if (waiting.length > 0) schedule();
    deliver(items);
  }

  function schedule(): void {
    frame = requestAnimationFrame(flush);
    timer = setTimeout(flush, HIDDEN_WAIT_MS);
  }

  return (item) => {
    waiting.push(item);
    if (frame === 0) schedule();
  };
}

/** A hidden window gets no frames, but its unread counts go on. */
const HIDDEN_WAIT_MS = 250;

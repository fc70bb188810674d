// Gathers what comes between two frames, so that a burst costs one reduction and one render.

/** Collects items and hands them over together before the next frame; soon after, when the window draws none. */
export function perFrame<T>(deliver: (items: T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = 0;
    const items = waiting;
    waiting = [];
    deliver(items);
  }

  return (item) => {
    waiting.push(item);
    if (frame !== 0) return;
    frame = requestAnimationFrame(flush);
    timer = setTimeout(flush, HIDDEN_WAIT_MS);
  };
}

/** A hidden window gets no frames, but its unread counts go on. */
const HIDDEN_WAIT_MS = 250;

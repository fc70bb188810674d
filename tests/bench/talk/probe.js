// The probe in the page that is measured, the same in a browser and in the app. It takes the times by the page's own clock.
//
// "Painted" is the end of the first frame that shows a thing: a task that is posted from that frame's callbacks runs behind its
// style, layout and paint. What a compositor does with the picture afterwards is no part of it; where a browser tells of that
// (Event Timing, in steps of 8 ms), it is taken down besides.
{
  const all = (id) => [...document.querySelectorAll(`[data-testid="${id}"]`)];
  const one = (id) => all(id)[0];
  const scroller = () => document.querySelector("[role=log]");
  const now = () => performance.now();

  /** Runs as a task of its own, as soon as there is nothing before it. */
  const soon = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (port1.close(), then(now()));
    port2.postMessage(0);
  };

  /** Nothing that takes longer is still waited for: looking costs the page time. */
  const PATIENCE = 5000;

  /** Tells when a frame was painted that shows something, and when that frame began. */
  const whenPainted = (shows, painted, patience = PATIENCE) => {
    const until = now() + patience;
    const frame = () => {
      const began = now();
      soon((end) => (shows() ? painted(end, began) : end < until && requestAnimationFrame(frame)));
    };
    requestAnimationFrame(frame);
  };

  const isInSight = (found) => {
    const edge = scroller().getBoundingClientRect();
    const box = found.getBoundingClientRect();
    return box.height > 0 && box.bottom > edge.top && box.top < edge.bottom;
  };
  const showsLine = (text) => all("text").slice(-12).some((line) => line.textContent.includes(text) && isInSight(line));

  let samples = [];
  let presented = [];
  /** What is measured now: "letter", "enter", "toggle", "lines", or nothing. */
  let watched = null;
  let since = 0;

  /** What a press is to show; `null` for one that is not watched. */
  const effectOf = (event) => {
    const field = document.activeElement;
    if (watched === "letter" && event.type === "keydown" && event.key.length === 1) {
      const before = field.value.length;
      const ground = field.dataset.testid === "composer" ? one("grounds") : null;
      const was = ground?.textContent;
      return () => field.value.length > before && (ground === null || before > 8000 || ground.textContent !== was);
    }
    if (watched === "enter" && event.key === "Enter") {
      // Without its signs.
      const [text] = field.value.split("*");
      return () => field.value === "" && showsLine(text);
    }
    const button = event.target.closest?.("[aria-expanded]");
    if (watched === "toggle" && event.type === "pointerdown" && button) {
      const was = button.ariaExpanded;
      return () => button.ariaExpanded !== was;
    }
    return null;
  };

  /** The end of what the page did at a press, before the frame. */
  let pressed = null;
  const handles = () => {
    const press = pressed;
    if (press) soon((end) => (press.handled = end));
  };
  const onpress = (event) => {
    const shows = effectOf(event);
    if (shows === null) return;
    const press = { began: now(), handled: Infinity };
    pressed = press;
    handles();
    whenPainted(shows, (painted, frame) => {
      if (pressed === press) pressed = null;
      // `work`: without the wait for the beat of the display.
      samples.push({ whole: painted - event.timeStamp, work: Math.min(press.handled, frame) - press.began + painted - frame });
    });
  };
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, onpress, true);
  addEventListener("beforeinput", handles, true);
  if (PerformanceObserver.supportedEntryTypes.includes("event")) {
    const told = ({ name, duration, startTime }) => (name === "keydown" || name === "pointerdown") && startTime > since && presented.push(duration);
    new PerformanceObserver((list) => list.getEntries().forEach(told)).observe({ type: "event", durationThreshold: 16 });
  }

  const heard = new Set();
  /** Something has reached the page. */
  const came = (text) => {
    if (watched !== "lines" || typeof text !== "string") return;
    const at = now();
    for (const [mark] of text.matchAll(/⟦\d+⟧/g)) {
      if (heard.has(mark)) continue;
      heard.add(mark);
      whenPainted(() => showsLine(mark), (painted) => samples.push({ whole: painted - at, work: 0 }));
    }
  };
  const Socket = WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...where) {
      super(...where);
      // Before the page's own.
      this.addEventListener("message", ({ data }) => came(data));
    }
  };

  /** Frames: how long each was after the one before. */
  let frames = null;
  const count = (counted) => (at) => {
    if (frames !== counted) return;
    if (counted.last > 0) counted.all.push(at - counted.last);
    counted.last = at;
    requestAnimationFrame(count(counted));
  };

  /** The line that is read, and how far it moves by itself. */
  let reading = null;
  const keep = () => {
    if (reading === null) return;
    soon(() => {
      if (reading === null) return;
      const { row, top } = reading;
      const found = scroller().querySelector(`[data-row="${CSS.escape(row)}"]`);
      if (found === null) reading.lost += 1;
      else reading.moved = Math.max(reading.moved, Math.abs(found.getBoundingClientRect().top - top));
    });
    requestAnimationFrame(keep);
  };

  const rows = () => [...scroller().querySelectorAll("[data-row]")].filter((row) => row.querySelector("[data-testid=text]"));
  const edge = () => scroller().getBoundingClientRect().top;
  const above = () => rows().filter((row) => row.getBoundingClientRect().bottom < edge());
  const wheel = (deltaY) => scroller().dispatchEvent(new WheelEvent("wheel", { deltaY, bubbles: true }));

  globalThis.probe = {
    watch(what) {
      watched = what;
      since = now();
      samples = [];
      presented = [];
      heard.clear();
    },
    took() {
      watched = null;
      return { samples, presented };
    },
    /** The app hears by callbacks of its shell. */
    hearCallbacks() {
      const { callbacks } = globalThis.__TAURI_INTERNALS__;
      for (const [id, callback] of callbacks) {
        callbacks.set(id, (data) => {
          if (watched === "lines") came(JSON.stringify(data));
          return callback(data);
        });
      }
    },
    countFrames() {
      frames = { last: 0, all: [] };
      requestAnimationFrame(count(frames));
    },
    frames() {
      const { all } = frames;
      frames = null;
      return all;
    },
    beginReading() {
      const row = rows().find((one) => one.getBoundingClientRect().top >= edge());
      reading = { row: row.dataset.row, top: row.getBoundingClientRect().top, moved: 0, lost: 0 };
      requestAnimationFrame(keep);
    },
    read() {
      const { moved, lost } = reading;
      reading = null;
      return { moved, lost };
    },
    /** Rows above what is in sight that are in the document, by their keys. */
    above: () => above().map((row) => row.dataset.row).filter((row) => /^\d+$/.test(row)),
    /** How many of them can be folded; `folds`: and does it. */
    foldAbove(folds) {
      const found = above().flatMap((row) => [...row.querySelectorAll("button[aria-expanded]")]);
      if (folds) found.forEach((button) => button.click());
      return found.length;
    },
    /** The first line in the document. Those of others are named by their places. */
    first: () => Number(rows().find((one) => /^\d+$/.test(one.dataset.row))?.dataset.row ?? NaN),
    /** A hand that scrolls by so many pixels in each frame, for so long, or until the list goes no farther. */
    hand(by, ms) {
      const end = now() + ms;
      globalThis.probe.done = null;
      const step = () => {
        const list = scroller();
        const before = list.scrollTop;
        wheel(by);
        list.scrollTop = before + by;
        if (now() < end) requestAnimationFrame(step);
        else globalThis.probe.done = { first: globalThis.probe.first() };
      };
      requestAnimationFrame(step);
    },
    /** A hand that drags the list to its beginning, again and again, until the first line of so many is there. */
    through(first, ms) {
      const begun = now();
      let at = Infinity;
      globalThis.probe.done = null;
      const step = () => {
        const list = scroller();
        wheel(-100);
        list.scrollTop = 200;
        // There may be no line in the document that has a place, for a moment.
        at = globalThis.probe.first() || at;
        if (at > first && now() - begun < ms) requestAnimationFrame(step);
        else globalThis.probe.done = { first: at, ms: now() - begun };
      };
      requestAnimationFrame(step);
    },
    /** From now, or since the navigation, until a line is painted that says this. */
    untilPainted(text, since = now()) {
      globalThis.probe.done = null;
      const shows = () => scroller() !== null && all("text").some((line) => line.textContent.includes(text) && isInSight(line));
      whenPainted(shows, (painted) => (globalThis.probe.done = { ms: painted - since }), 60_000);
    },
    /** A field with nothing around it, over the page: what the browser itself takes. */
    bare(text) {
      const field = document.createElement("textarea");
      field.id = "bare";
      field.style = "position: fixed; inset: 20% 20% auto; height: 200px; z-index: 9999; contain: strict";
      field.value = text;
      document.body.append(field);
      field.focus();
      field.setSelectionRange(text.length, text.length);
    },
    endBare() {
      document.querySelector("#bare").remove();
      one("composer").focus();
    },
    /** Puts this into the box, as what was typed. */
    write(text) {
      const box = one("composer");
      box.focus();
      box.value = text;
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
      box.setSelectionRange(text.length, text.length);
    },
  };
}

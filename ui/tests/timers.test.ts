// Work that waits: what comes at once, what comes together, and what is called off.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Debounce } from "../src/model/base/debounce";
import { Throttle } from "../src/model/base/throttle";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("throttled work", () => {
  it("is done at once, then not again for a while, and never for nothing", () => {
    const done: number[][] = [];
    const throttle = new Throttle<number>((items) => done.push(items), 2000);
    throttle.add([]);
    throttle.add([1]);
    expect(done).toEqual([[1]]);
    throttle.add([2]);
    vi.advanceTimersByTime(1999);
    throttle.add([3, 4]);
    expect(done).toEqual([[1]]);
    vi.advanceTimersByTime(1);
    expect(done).toEqual([[1], [2, 3, 4]]);
    vi.advanceTimersByTime(60_000);
    expect([done.length, vi.getTimerCount()]).toEqual([2, 0]);
    throttle.add([5]);
    expect(done.at(-1)).toEqual([5]);
  });

  it("is not done once it has ended, and begins anew with what comes then", () => {
    const done: number[][] = [];
    const throttle = new Throttle<number>((items) => done.push(items), 2000);
    throttle.add([1]);
    throttle.add([2]);
    throttle.end();
    vi.advanceTimersByTime(60_000);
    throttle.add([3]);
    expect(done).toEqual([[1], [3]]);
  });
});

describe("debounced work", () => {
  it("waits for a pause, or no longer than from the first that came; for each key by itself", () => {
    const done: string[] = [];
    const debounce = new Debounce<string>((key) => done.push(key), 100);
    for (let i = 0; i < 4; i++) {
      debounce.later("later");
      debounce.soon("soon");
      vi.advanceTimersByTime(60);
    }
    expect(done).toEqual(["soon", "soon"]);
    vi.advanceTimersByTime(100);
    expect(done).toEqual(["soon", "soon", "later"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is done now when it must, once, and not when it was dropped", () => {
    const done: string[] = [];
    const debounce = new Debounce<string>((key) => done.push(key), 100);
    for (const key of ["a", "b", "c"]) debounce.soon(key);
    debounce.drop("b");
    debounce.flush();
    vi.advanceTimersByTime(1000);
    expect(done).toEqual(["a", "c"]);
  });
});

// The context by which components find the page's store.
import { getContext, setContext } from "svelte";
import type { Hearth } from "../../model/hearth.svelte";

const KEY = Symbol("hearth");

export function provideHearth(hearth: Hearth): void {
  setContext(KEY, hearth);
}

export function useHearth(): Hearth {
  return getContext<Hearth>(KEY);
}

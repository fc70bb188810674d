// The context by which components find the page's store.
import { getContext, setContext } from "svelte";
import type { Hearth } from "../../model/hearth.svelte";
import type { Host } from "../../model/hosting/host.svelte";

const KEY = Symbol("hearth");

export function provideHearth(hearth: Hearth): void {
  setContext(KEY, hearth);
}

export function useHearth(): Hearth {
  return getContext<Hearth>(KEY);
}

/** The host, for components that no guest's page has. */
export function useHost(): Host {
  const { host } = useHearth();
  if (host === null) throw new Error("a guest has no room of their own");
  return host;
}

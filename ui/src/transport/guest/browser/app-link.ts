// The app link: the link by which the page was opened, and the way from here to the app.
import type { GuestStorage } from "./storage";

/**
 * What of a fragment is for the app: the secret of an invitation, and the key of the host. Words that were taken for a part of the
 * link may stand behind them (`docs/links.md`).
 */
const PART = /^([kp])=([A-Za-z0-9_-]{22})(?=$|[\u0080-\uffff%.,:;!?'")\]}>*|~])/;

function partsOf(fragment: string): RegExpExecArray[] {
  return fragment.split("&").map((part) => PART.exec(part)).filter((part) => part !== null);
}

/** The secret in a fragment. */
export function secretOf(fragment: string): string | null {
  return partsOf(fragment).find(([, name]) => name === "k")?.[2] ?? null;
}

/**
 * Reads the link that the page was opened by. A secret is taken out of the address bar once it is kept, so that it does not
 * get into a bookmark, a picture of the screen or a link that somebody copies from there; the page opened again is still opened
 * by it. Where nothing can be kept it stays, or the page could not be loaded again.
 */
export function openedBy(storage: GuestStorage, { hash, pathname, search }: Location, bar: History): string {
  const fragment = hash.slice(1);
  if (secretOf(fragment) === null) return storage.link() || fragment;
  if (storage.saveLink(fragment)) bar.replaceState(bar.state, "", pathname + search);
  return fragment;
}

/** The link of this page to pass on. It has the host's key, and nothing that opens the door: that is for whoever it was given to. */
export function linkToPassOn(origin: string, fragment: string): string {
  const key = partsOf(fragment).find(([, name]) => name === "p");
  return `${origin}/${key === undefined ? "" : `#${key[0]}`}`;
}

/** A telephone, for which there is no app. */
export function isPhone({ userAgent, maxTouchPoints }: Pick<Navigator, "userAgent" | "maxTouchPoints">): boolean {
  // A tablet of Apple's goes by the name of a computer, which has no fingers on it.
  return /Android|iPhone|iPad|iPod|Mobile|HarmonyOS/i.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

/**
 * The link that opens the app in this room. `fragment` is what the page was opened with, behind `#`; whatever of it is by
 * no rule of ours is left out.
 */
export function appLink(host: string, fragment: string): string {
  const parts = partsOf(fragment).map(([part]) => part);
  return `hearth://${host}${parts.length === 0 ? "" : `#${parts.join("&")}`}`;
}

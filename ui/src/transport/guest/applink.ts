// The way from the page in a browser to the app.

/** What of a fragment is for the app: the secret of an invitation, and the key of the host. */
const PARTS = /^[kp]=[A-Za-z0-9_-]{22}$/;

/**
 * The link that opens the app in this room. `fragment` is what the page was opened with, behind `#`; whatever of it is by
 * no rule of ours is left out.
 */
export function appLink(host: string, fragment: string): string {
  const parts = fragment.split("&").filter((part) => PARTS.test(part));
  return `hearth://${host}${parts.length === 0 ? "" : `#${parts.join("&")}`}`;
}

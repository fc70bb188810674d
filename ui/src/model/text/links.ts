// Links in a text: what they lead to, and whether they say so. Pure. Where they begin and end is in `find-links.ts`.
import { INVISIBLE, isBlank } from "../../wire/visible";
import { findLinks, type FoundLink } from "./find-links";

export type Segment = { kind: "text"; text: string } | Link;

export interface Link {
  kind: "link";
  /** As the author wrote it. */
  text: string;
  url: string;
  /** Where it really leads: the host as the browser reads it, with letters of other scripts spelled out in ASCII. */
  host: string;
  /** Whether the text could make a reader expect another host. */
  disguised: boolean;
}

/**
 * Splits a text into plain parts and links. Addresses of rooms that no browser can open (`ws://`) are links where rooms are
 * entered by address.
 */
export function segments(text: string, joining: boolean): Segment[] {
  if (!MAY_HAVE_LINKS.test(text)) return text === "" ? [] : [{ kind: "text", text }];
  const found: Segment[] = [];
  let end = 0;
  for (const place of findLinks(text)) {
    const link = linkOf(text.slice(place.start, place.end), place.kind, joining);
    if (!link) continue;
    if (place.start > end) found.push({ kind: "text", text: text.slice(end, place.start) });
    found.push(link);
    end = place.end;
  }
  if (end < text.length) found.push({ kind: "text", text: text.slice(end) });
  return found;
}

/** Every link has a sign of these: the end of a scheme, the middle of an e-mail address, or what the web's names begin with. */
const MAY_HAVE_LINKS = /[:@]|www\./i;

/** What a browser opens. */
const WEB = new Set(["http:", "https:"]);

/** What a link leads to; `null` where nobody here can follow it. */
export function linkOf(text: string, kind: FoundLink["kind"], joining: boolean): Link | null {
  const address = kind === "www" ? `http://${text}` : kind === "mail" ? `mailto:${text}` : text;
  const scheme = address.slice(0, address.indexOf(":") + 1).toLowerCase();
  // Only of the web's schemes a browser reads the host.
  const url = parsed(scheme === "hearth:" ? `http${address.slice(6)}` : address);
  if (url === null) return null;
  if (scheme === "mailto:") return { kind: "link", text, url: url.href, host: url.pathname, disguised: false };
  // What stands where a host is read; in a path or a query anything may stand.
  const shown = text.toLowerCase().replace(/^[a-z]+:\/*/, "").split(/[/?#]/, 1)[0]!;
  const honest = shown === url.host || shown.replace(/:\d+$/, "") === url.host;
  const named = url.username !== "" || url.password !== "";
  if (WEB.has(scheme)) return { kind: "link", text, url: url.href, host: url.host, disguised: !honest };
  // Nobody has a name of their own in the address of a room.
  if (named || (scheme !== "hearth:" && !joining)) return null;
  return { kind: "link", text, url: `${scheme}${address.slice(scheme.length)}`, host: url.host, disguised: !honest };
}

/** Words that could make a reader expect a host: a name with a dot, an IPv4 address. */
const LIKE_AN_ADDRESS = /[\p{L}\p{N}]\.(?:\p{L}{2}|\d+\.)|:\/\/|@/u;

/** What is not seen of words, or drawn over their letters. */
const OVER_LETTERS = new RegExp(String.raw`[${INVISIBLE}\p{M}]`, "gu");

/** Whether words could make a reader expect another host than that of their link, or say nothing at all. */
export function disguises(words: string, link: Link): boolean {
  if (words.trim().toLowerCase() === link.host) return false;
  // As they look, and as a browser reads them: a full-width dot is one as well, and the stop of a Chinese sentence between Latin letters.
  const looks = words.normalize("NFKC").replace(OVER_LETTERS, "").replace(/(?<=\w)\u3002(?=\w)/g, ".");
  return isBlank(words) || LIKE_AN_ADDRESS.test(looks);
}

function parsed(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

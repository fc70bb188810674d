// Links in a text (linkification). Pure. Bare words such as `a.md` are none: only what has a scheme, starts with `www.`, or
// is e-mail.
import { LinkifyIt } from "linkify-it";
import { lazy } from "../base/lazy";

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

/** Splits a text into plain parts and links. */
export function segments(text: string): Segment[] {
  if (!MAY_HAVE_LINKS.test(text)) return text === "" ? [] : [{ kind: "text", text }];
  const found: Segment[] = [];
  let end = 0;
  for (const match of linkify().match(text) ?? []) {
    const link = linkOf(match.raw, match.url, match.schema);
    if (!link) continue;
    if (match.index > end) found.push({ kind: "text", text: text.slice(end, match.index) });
    found.push(link);
    end = match.lastIndex;
  }
  if (end < text.length) found.push({ kind: "text", text: text.slice(end) });
  return found;
}

const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/** Every link has a sign of these: the end of a scheme, the middle of an e-mail address, or what the web's names begin with. */
const MAY_HAVE_LINKS = /[:@]|www\./i;

/** Its rules are made of all letters that there are: milliseconds, and few lines have a link. */
const linkify = lazy(() =>
  new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false, urlAuth: true, maxLength: 4096 })
    .add("ftp:", null)
    .add("//", null),
);

function linkOf(text: string, address: string, schema: string): Link | null {
  if (schema === "" && !/^www\./i.test(text)) return null;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!ALLOWED.has(url.protocol)) return null;
  if (url.protocol === "mailto:") return { kind: "link", text, url: url.href, host: url.pathname, disguised: false };
  // What stands where a host is read; in a path or a query anything may stand.
  const shown = text.toLowerCase().replace(/^[a-z]+:\/*/, "").split(/[/?#\\]/, 1)[0]!;
  const honest = shown === url.host || shown.replace(/:\d+$/, "") === url.host;
  const disguised = url.username !== "" || url.password !== "" || !honest;
  return { kind: "link", text, url: url.href, host: url.host, disguised };
}

// What a page in a browser does for itself where the app has the shell do it.
import { Refusal } from "../../refusal";

/** Browsers are at ease up to about this; nobody types or reads longer ones. */
const LINK_BYTES = 8192;

/** The parts of a mail that a link may fill in. `attach` is the reason for the list: some mail programs obey it. */
const MAIL_FIELDS = ["subject", "body", "to", "cc", "bcc"];

/** Opens a link of a message in a tab of its own, which learns nothing of this one. */
export async function openLink(link: string): Promise<void> {
  window.open(checkedLink(link), "_blank", "noopener,noreferrer");
}

/** Checks a link and brings it into its normal form: as `src-tauri/src/links.rs`, and for the same reasons. */
export function checkedLink(link: string): string {
  const url = link.length > LINK_BYTES || /[\p{Cc}\p{White_Space}]/u.test(link) ? null : parsed(link);
  if (url === null || !isOfChat(url)) throw new Refusal({ error: "link_refused" });
  return url.href;
}

function parsed(link: string): URL | null {
  try {
    return new URL(link);
  } catch {
    return null;
  }
}

function isOfChat(url: URL): boolean {
  switch (url.protocol) {
    case "http:":
    case "https:":
      // `https://bank.example@evil.example` leads to the second name: in a chat that is a trick.
      return url.hostname !== "" && url.username === "" && url.password === "";
    case "mailto:":
      return url.pathname.includes("@") && [...url.searchParams.keys()].every((field) => MAIL_FIELDS.includes(field.toLowerCase()));
    default:
      return false;
  }
}

/** Puts text on the clipboard. `http://192.168.1.23:8080` is no secure context: there the old way is the only one. */
export async function copyText(text: string): Promise<void> {
  try {
    if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  } catch {
    // Forbidden, or not asked for by the user's own hand; the old way may be allowed all the same.
  }
  if (!copiedByHand(text)) throw new Refusal({ error: "system", message: "the browser does not allow it" });
}

function copiedByHand(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.setAttribute("aria-hidden", "true");
  area.style.cssText = "position:fixed;top:0;left:0;opacity:0;pointer-events:none";
  // A dialog takes the focus back from what stands outside of it.
  (before?.closest("[role=dialog]") ?? document.body).append(area);
  try {
    area.select();
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}

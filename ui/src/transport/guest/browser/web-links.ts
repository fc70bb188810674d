// Web links of a message: which of them may leave the page, and how they are opened.
import { Refusal } from "../../refusal";

/** Browsers are at ease up to about this; nobody types or reads longer ones. */
const LINK_BYTES = 8192;

/** The parts of a mail that a link may fill in. `attach` is the reason for the list: some mail programs obey it. */
const MAIL_FIELDS = ["subject", "body", "to", "cc", "bcc"];

/**
 * Opens a link of a message in a tab of its own, which learns nothing of this one. A room's (`hearth://`) is handed to the app by the
 * browser, which leaves this page as it is.
 */
export async function openLink(link: string): Promise<void> {
  const url = checkedLink(link);
  if (url.startsWith("hearth:")) location.assign(url);
  else window.open(url, "_blank", "noopener,noreferrer");
}

/** Checks a link and brings it into its normal form: as `src-tauri/src/desktop/web_links.rs`, and for the same reasons. */
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
    case "hearth:":
      // `https://bank.example@evil.example` leads to the second name: in a chat that is a trick.
      return url.hostname !== "" && url.username === "" && url.password === "";
    case "mailto:":
      return url.pathname.includes("@") && [...url.searchParams.keys()].every((field) => MAIL_FIELDS.includes(field.toLowerCase()));
    default:
      return false;
  }
}

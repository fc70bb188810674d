// The clipboard of a page in a browser.
import { Refusal } from "../../refusal";

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

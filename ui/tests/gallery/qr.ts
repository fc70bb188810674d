// Something that looks like the QR code of a text, and is none: the real ones are made in Rust.
import type { QrCode } from "../../src/wire";

const SIDE = 33;

export function linkedQr(text: string): QrCode {
  let state = [...text].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193), 0x811c9dc5) >>> 0;
  let path = "";
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (inFinder(x, y) ?? state > 2 ** 31) path += `M${x} ${y}h1v1h-1z`;
    }
  }
  return { side: SIDE, path };
}

/** Whether a square of one of the three corners is dark; `null` elsewhere. */
function inFinder(x: number, y: number): boolean | null {
  const [near, far] = [(at: number) => at < 8, (at: number) => at >= SIDE - 8];
  if (!((near(x) && (near(y) || far(y))) || (far(x) && near(y)))) return null;
  const [cx, cy] = [near(x) ? x : SIDE - 1 - x, near(y) ? y : SIDE - 1 - y];
  const ring = Math.max(Math.abs(cx - 3), Math.abs(cy - 3));
  return ring === 3 || ring <= 1;
}

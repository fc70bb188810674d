// Plain HTTP: whether what is said here could be read on the way, and whether the guest has been told.
import { storageHere } from "../../model/base/storage";

const KEY = "hearth.guest.plain";

/** The page came, and its words go, without encryption. On the host's own computer that is no matter. */
export function isPlain(): boolean {
  return globalThis.isSecureContext === false;
}

export function wasTold(): boolean {
  try {
    return storageHere()?.getItem(KEY) === "told";
  } catch {
    return false;
  }
}

export function told(): void {
  try {
    storageHere()?.setItem(KEY, "told");
  } catch {
    // Then it is told again the next time.
  }
}

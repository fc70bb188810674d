// The page's local storage.

/** The page's storage; `null` where it is forbidden, for then even asking for it throws. */
export function storageHere(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

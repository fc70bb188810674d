// Lazy values.

/** Makes a thing when it is first asked for: what is costly to make, and is not needed to show a room. */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

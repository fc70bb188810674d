/** Makes a thing when it is first asked for: what is costly to make, and is not needed to show a room. */
export function lazy<T>(make: () => T): () => T {
  let made: { thing: T } | null = null;
  return () => (made ??= { thing: make() }).thing;
}

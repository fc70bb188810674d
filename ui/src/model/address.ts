// The address of a room as people read it. Pure.

/** `192.168.1.23:8080`. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

// Addresses of rooms as people read them. Pure.

/** What may be shown of a link or an address: all but the fragment, in which a secret may stand. */
export function withoutFragment(link: string): string {
  return link.split(/[#＃]/, 1)[0]!;
}

/** Whether what is said there is encrypted on the way. */
export function isEncrypted(url: string): boolean {
  return url.startsWith("wss:");
}

/** `192.168.1.23:8080`. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

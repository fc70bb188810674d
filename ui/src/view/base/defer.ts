// Deferred work: what a guest may ask for later comes by the same line as what was said, which goes first.
const MESSAGES_FIRST_MS = 1000;

/** Does something when the messages have had their time since the welcome; what it returns calls it off. */
export function afterMessages(then: () => void): () => void {
  const timer = setTimeout(then, MESSAGES_FIRST_MS);
  return () => clearTimeout(timer);
}

// Page translators of browsers: they put elements of their own in the place of text nodes. What changes in place would then be
// changed where nobody sees it, so the page's own words and names are not to be translated, and stand where they were put. What
// people say may be translated: a line's text comes and goes as a whole.

/** Keeps the words of the page; what it returns ends that. */
export function keepWords(page: HTMLElement): () => void {
  page.translate = false;
  // Some translate in spite of the mark.
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (!isKept(change.target)) continue;
      for (const node of change.removedNodes) if (node instanceof Text) insteadOf(node, change)?.replaceWith(node);
    }
  });
  observer.observe(page, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** The translator's element that stands where a text node stood, around it or in its place. The page itself has none of the kind. */
function insteadOf(text: Text, change: MutationRecord): Element | undefined {
  const around = text.parentElement?.closest(TRANSLATED) ?? null;
  return [outermost(around), ...change.addedNodes, change.previousSibling, change.nextSibling].find(
    (node): node is Element => node instanceof Element && node.matches(TRANSLATED) && node.isConnected,
  );
}

const TRANSLATED = "font";

function outermost(element: Element | null): Element | null {
  for (let at = element; at !== null; at = at.parentElement?.closest(TRANSLATED) ?? null) element = at;
  return element;
}

function isKept(node: Node): boolean {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest("[translate]")?.getAttribute("translate") === "no";
}

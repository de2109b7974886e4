/** Which cards with a phone are to be seen now: where one is, the floating phone is not needed. */

const seen = new Set<Element>();
const listeners = new Set<() => void>();

function change(card: Element, visible: boolean): void {
  if (seen.has(card) === visible) return;
  if (visible) seen.add(card);
  else seen.delete(card);
  for (const listener of listeners) listener();
}

/** Watches a card until the returned function is called. */
export function watchCard(card: Element): () => void {
  const observer = new IntersectionObserver(
    (entries) => change(card, (entries[entries.length - 1]?.intersectionRatio ?? 0) >= 0.6),
    { threshold: [0, 0.6] },
  );
  observer.observe(card);
  return () => {
    observer.disconnect();
    change(card, false);
  };
}

export function cardOnScreen(): boolean {
  return seen.size > 0;
}

export function onScreenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

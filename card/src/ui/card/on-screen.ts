/** Which cards with a phone are to be seen now: where one is, the floating phone is not needed. */

import type { Phone } from "../../state/types";
import { deepestAt } from "../parts/deepest-at";

type PhoneOf = () => Phone | null;

const seen = new Map<Element, PhoneOf>();
const listeners = new Set<() => void>();

function change(card: Element, phone: PhoneOf, visible: boolean): void {
  if (seen.has(card) === visible) return;
  if (visible) seen.set(card, phone);
  else seen.delete(card);
  for (const listener of listeners) listener();
}

/** Watches a card until the returned function is called; `phone`: the one that it shows. */
export function watchCard(card: Element, phone: PhoneOf): () => void {
  const observer = new IntersectionObserver(
    (entries) => change(card, phone, (entries[entries.length - 1]?.intersectionRatio ?? 0) >= 0.6),
    { threshold: [0, 0.6] },
  );
  observer.observe(card);
  return () => {
    observer.disconnect();
    change(card, phone, false);
  };
}

const cardsOf = (phone: Phone | null): Element[] =>
  [...seen].filter(([, of]) => phone !== null && of() === phone).map(([card]) => card);

/** A card with this phone is to be seen, if nothing lies over it. */
export function cardOnScreen(phone: Phone | null): boolean {
  return cardsOf(phone).length > 0;
}

/** A card with this phone is to be seen, and no dialog or full-screen view covers it. */
export function cardUncovered(phone: Phone | null): boolean {
  return document.visibilityState === "visible" && cardsOf(phone).some(uncovered);
}

/** What somebody would press in the middle of the card, and near its corners, is the card. */
function uncovered(card: Element): boolean {
  const { left, top, width, height } = card.getBoundingClientRect();
  const at = (x: number, y: number) => isIn(deepestAt(document, left + width * x, top + height * y), card);
  return [
    [0.5, 0.5],
    [0.2, 0.8],
    [0.8, 0.8],
  ].every(([x, y]) => {
    const outside =
      top + height * (y as number) > window.innerHeight || left + width * (x as number) > window.innerWidth;
    return outside || at(x as number, y as number);
  });
}

function isIn(element: Element | null, card: Element): boolean {
  for (let at: Node | null = element; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null)
    if (at === card) return true;
  return false;
}

export function onScreenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

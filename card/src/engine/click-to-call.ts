import { takeCalled } from "../ha/call-address";
import { dialable, outsideText } from "../state/numbers";
import type { Phone } from "../state/types";
import { numberAt, showNumbers, textNumbers } from "./text-numbers";

/**
 * Numbers anywhere on the page: `tel:`, `sip:` and `callto:` links, elements with `data-phone-number`, numbers in plain text, a
 * number in the page's address (`?yeastar_linkus_call=`), the `ll-custom` event of a card's `fire-dom-event` action (`yeastar_linkus: {dial: …}`), and our own `yeastar-linkus-dial` event.
 *
 * A link may stand in a text that a stranger wrote, so a number from the page is asked for first; only an action that the
 * dashboard's owner configured dials at once. Returns what ends it.
 */
export function followClicks(phone: () => Phone): () => void {
  const onClick = (event: MouseEvent): void => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const path = event.composedPath();
    const linked = numberIn(path);
    const found = linked ?? inText(path, event);
    if (!found || !canCall(phone())) return;
    event.preventDefault();
    event.stopPropagation();
    if (!linked && textNumbers() === "dial") void phone().dial(found.number);
    else phone().ask(found.number, found.name);
  };
  const onAction = (event: Event): void => {
    const order = (event as CustomEvent<{ yeastar_linkus?: { dial?: unknown } }>).detail?.yeastar_linkus?.dial;
    dialText(order);
  };
  const onDial = (event: Event): void => {
    const detail = (event as CustomEvent<{ number?: unknown; name?: unknown; confirm?: unknown }>).detail;
    const number = dialable(String(detail?.number ?? ""));
    if (number && detail?.confirm !== false) phone().ask(number, outsideText(detail?.name));
    else dialText(detail?.number);
  };
  const dialText = (order: unknown): void => {
    const number = typeof order === "string" || typeof order === "number" ? dialable(String(order)) : null;
    if (number) void phone().dial(number);
  };
  const onAddress = () => {
    const number = takeCalled();
    if (number) phone().ask(number);
  };
  const stopShowing = showNumbers(() => textNumbers() !== "off" && canCall(phone()));
  window.addEventListener("click", onClick, true);
  window.addEventListener("ll-custom", onAction);
  window.addEventListener("yeastar-linkus-dial", onDial);
  window.addEventListener("location-changed", onAddress);
  return () => {
    stopShowing();
    window.removeEventListener("click", onClick, true);
    window.removeEventListener("ll-custom", onAction);
    window.removeEventListener("yeastar-linkus-dial", onDial);
    window.removeEventListener("location-changed", onAddress);
  };
}

/** A number in plain text, unless somebody just selected text there. */
function inText(
  path: readonly EventTarget[],
  { clientX, clientY }: MouseEvent,
): { number: string; name: string } | null {
  if (textNumbers() === "off" || getSelection()?.toString()) return null;
  const found = numberAt(path, clientX, clientY);
  return found && { number: found.number, name: "" };
}

/** The number of the innermost element on the way of a click that has one. */
export function numberIn(path: readonly EventTarget[]): { number: string; name: string } | null {
  for (const target of path) {
    if (!(target instanceof Element)) continue;
    const written = target.getAttribute("data-phone-number");
    const link = target.localName === "a" ? target.getAttribute("href") : null;
    const number = written ? dialable(written) : link && /^(?:tel|sips?|callto):/i.test(link) ? dialable(link) : null;
    if (!number) continue;
    const label = outsideText(target.textContent);
    // "Call us" is worth showing beside the number, the number once more is not.
    return { number, name: dialable(label) ? "" : label };
  }
  return null;
}

function canCall({ state }: Phone): boolean {
  if (!state.phone) return false;
  return state.phone.desk || state.reach.state === "ready" || state.reach.state === "starting";
}

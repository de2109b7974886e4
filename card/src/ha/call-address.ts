/** A call by address: `…/lovelace/phone?yeastar_linkus_call=%2B49301234567`, also a `tel:` address (protocol handler). */

export const CALL_PARAMETER = "yeastar_linkus_call";

/** The number in the page's address, once: it is taken out, so that a reload asks no second time. */
export function takeCalled(): string | null {
  const address = new URL(location.href);
  const number = address.searchParams.get(CALL_PARAMETER);
  if (number === null) return null;
  address.searchParams.delete(CALL_PARAMETER);
  history.replaceState(history.state, "", address);
  return number;
}

/** The address for `navigator.registerProtocolHandler("tel", …)`. */
export const handlerAddress = (): string => `${location.origin}/?${CALL_PARAMETER}=%s`;

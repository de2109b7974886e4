/** What lies uppermost at a point, through open shadow roots. */
export function deepestAt(root: DocumentOrShadowRoot, x: number, y: number): Element | null {
  let found = root.elementFromPoint(x, y);
  while (found?.shadowRoot) {
    const inner: Element | null = found.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
}

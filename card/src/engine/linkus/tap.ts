/** What has events, as the SDK's objects have them. */
export interface Emitting {
  emit(event: string, ...args: never[]): unknown;
}

/**
 * Hears an object's events whatever becomes of its listeners: the official UI removes those of a session when it draws it, and
 * the SDK those of its operators before it says why it ended. What it returns adds a listener; it is called before the others.
 */
export function tap(source: Emitting): (event: string, listener: (...args: never[]) => void) => void {
  const heard = new Map<string, ((...args: never[]) => void)[]>();
  const { emit } = source;
  source.emit = (event, ...args) => {
    for (const listener of heard.get(event) ?? []) listener(...args);
    return emit.call(source, event, ...args);
  };
  return (event, listener) => void heard.set(event, [...(heard.get(event) ?? []), listener]);
}

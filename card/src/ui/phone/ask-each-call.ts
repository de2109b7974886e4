const KEY = "yeastar_linkus.ask_each_call";

/** This browser asks at every call which device makes it. */
export function asksEachCall(): boolean {
  return localStorage.getItem(KEY) === "1";
}

export function rememberAsking(asks: boolean): void {
  if (asks) localStorage.setItem(KEY, "1");
  else localStorage.removeItem(KEY);
}

import { type LitElement, render, type TemplateResult } from "lit";

/** Renders into the document and waits until everything inside has drawn itself. */
export async function mount<T extends HTMLElement>(template: TemplateResult, selector: string): Promise<T> {
  const box = document.createElement("div");
  document.body.append(box);
  render(template, box);
  const element = box.querySelector<T>(selector);
  if (!element) throw new Error(`no ${selector}`);
  await settle(element);
  return element;
}

/** Waits for the updates of an element and of those below it. */
export async function settle(element: Element): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    await Promise.resolve();
    for (const each of [element, ...deep(element, "*")]) await (each as LitElement).updateComplete;
  }
}

/** Like querySelectorAll, through shadow roots. */
export function deep(root: Element | ShadowRoot, selector: string): HTMLElement[] {
  const found: HTMLElement[] = [];
  const inside = (root as Element).shadowRoot ?? null;
  for (const part of inside ? [inside, root] : [root]) {
    for (const element of part.querySelectorAll<HTMLElement>("*")) {
      if (element.matches(selector)) found.push(element);
      if (element.shadowRoot) found.push(...deep(element.shadowRoot, selector));
    }
  }
  return found;
}

export function one(root: Element, selector: string): HTMLElement {
  const [first] = deep(root, selector);
  if (!first) throw new Error(`no ${selector}`);
  return first;
}

/** All that is to be read, shadow roots included, styles left out. */
export function reading(root: Element | ShadowRoot): string {
  let text = "";
  const walk = (node: Node) => {
    if (node.nodeType === 3) text += `${node.textContent ?? ""} `;
    if (!(node instanceof Element)) {
      for (const child of node.childNodes) walk(child);
      return;
    }
    if (node.tagName === "STYLE") return;
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const child of node.childNodes) walk(child);
  };
  walk(root);
  return text.replace(/\s+/g, " ").trim();
}

export function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

export async function click(root: Element, selector: string): Promise<void> {
  one(root, selector).click();
  await settle(root);
}

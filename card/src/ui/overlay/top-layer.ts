import { deepestAt } from "../parts/deepest-at";

/**
 * Keeps one `<dialog popover="manual">` above everything on the page without blocking the page.
 *
 * A modal dialog of somebody else makes all that is outside it inert, the top layer included. So while one is open, a
 * press on our box arrives elsewhere: it is caught, our box becomes modal itself for as long as it is used, and the
 * press is given to what it was meant for. Then the page has its turn again; where a text field was pressed, after the
 * next press beside the box.
 */
export class TopLayer {
  #box: HTMLDialogElement;
  #modal = false;
  #shown = false;

  constructor(box: HTMLDialogElement) {
    this.#box = box;
  }

  get shown(): boolean {
    return this.#shown;
  }

  show(): void {
    if (this.#shown && this.#box.isConnected) return;
    this.#shown = true;
    this.#open();
    window.addEventListener("pointerdown", this.#press, true);
    window.addEventListener("click", this.#press, true);
    for (const type of ["show-dialog", "fullscreenchange"]) window.addEventListener(type, this.#raiseSoon, true);
  }

  hide(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#close();
    window.removeEventListener("pointerdown", this.#press, true);
    window.removeEventListener("click", this.#press, true);
    for (const type of ["show-dialog", "fullscreenchange"]) window.removeEventListener(type, this.#raiseSoon, true);
  }

  #open(): void {
    if (this.#modal) {
      // The box itself takes the focus, so that a key meant for somebody else presses no button of ours.
      this.#box.autofocus = true;
      this.#box.showModal();
      this.#box.autofocus = false;
    }
    // Never takes the focus: somebody may be typing.
    else if (typeof this.#box.showPopover === "function") {
      // A dialog takes the focus even as a popover, unless it is inert at that moment.
      this.#box.inert = true;
      this.#box.showPopover();
      this.#box.inert = false;
    } else this.#box.show();
  }

  #close(): void {
    if (this.#modal || typeof this.#box.hidePopover !== "function") this.#box.close();
    else if (this.#box.matches(":popover-open")) this.#box.hidePopover();
    this.#modal = false;
  }

  /** To the top again: what enters the top layer later lies above. */
  raise(modal = false): void {
    if (!this.#shown) return;
    this.#close();
    this.#modal = modal;
    this.#open();
  }

  // A dialog or a full-screen view needs a moment (and often an animation) until it is in the top layer.
  #raiseSoon = (): void => {
    for (const wait of [50, 400]) {
      setTimeout(() => {
        if (this.#shown && !this.#modal && !this.#box.matches(":focus-within")) this.raise();
      }, wait);
    }
  };

  #press = (event: Event): void => {
    const { clientX: x, clientY: y } = event as MouseEvent;
    const ours = event.composedPath().includes(this.#box);
    const { left, right, top, bottom } = this.#box.getBoundingClientRect();
    const inside = x >= left && x <= right && y >= top && y <= bottom && right > left;
    if (this.#modal && event.type === "pointerdown" && !inside) {
      this.raise(false);
      return;
    }
    // A click by keyboard has no place and is never stolen.
    if (ours || !inside || (x === 0 && y === 0)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type !== "click") return;
    this.raise(true);
    const found = deepestAt(this.#box.getRootNode() as ShadowRoot, x, y);
    const target = found?.closest("button, a, input, textarea, select") ?? found;
    if (!(target instanceof HTMLElement)) return;
    if (target.matches("input, textarea, select")) {
      // Somebody writes here: the box stays modal until a press beside it.
      target.focus();
      return;
    }
    target.click();
    setTimeout(() => this.#modal && this.raise());
  };
}

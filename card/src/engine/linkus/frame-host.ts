import { PhoneProblem } from "../../state/problems";
import type { EngineFrame, FrameWindow } from "./frame-contract";

const PATIENCE = 15_000;

export interface OpenFrame {
  readonly engine: EngineFrame;
  /** Takes the frame away with everything in it: the only complete reset of the SDK. */
  dispose(): void;
}

// Not `display: none`: a frame without a box has its timers and media handled differently from browser to browser.
const HIDDEN =
  "position:fixed;width:1px;height:1px;left:-9px;top:-9px;border:0;opacity:0;pointer-events:none;visibility:hidden";
const SHOWN = "position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:normal";

/**
 * Opens a same-origin frame in which only the SDK runs: hidden, or filling `place` for an SDK that has a face. Rejects with a
 * `PhoneProblem`.
 */
export function openFrame(
  place: HTMLElement | null = null,
  address = new URL(__FRAME_PAGE__, import.meta.url).href,
): Promise<OpenFrame> {
  const element = document.createElement("iframe");
  element.allow = "microphone; camera; autoplay; speaker-selection";
  element.title = place ? "Linkus" : "";
  element.dataset.yeastarLinkus = place ? "look" : "engine";
  element.style.cssText = place ? SHOWN : HIDDEN;
  if (!place) {
    element.tabIndex = -1;
    element.setAttribute("aria-hidden", "true");
  }
  element.src = address;
  const dispose = () => element.remove();
  return new Promise((resolve, reject) => {
    const fail = () => {
      dispose();
      reject(new PhoneProblem("sdk_blocked"));
    };
    const timer = setTimeout(fail, PATIENCE);
    element.onload = () => {
      clearTimeout(timer);
      // A page of another origin (an error page, a login) does not let itself be looked at.
      try {
        const engine = (element.contentWindow as FrameWindow | null)?.yeastarEngine;
        if (engine) return resolve({ engine, dispose });
      } catch {}
      fail();
    };
    (place ?? document.body).append(element);
  });
}

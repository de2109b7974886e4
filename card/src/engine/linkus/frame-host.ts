import { PhoneProblem } from "../../state/problems";
import type { EngineFrame, FrameWindow } from "./frame-contract";

const PATIENCE = 15_000;

export interface OpenFrame {
  readonly engine: EngineFrame;
  /** Takes the frame away with everything in it: the only complete reset of the SDK. */
  dispose(): void;
}

/** Opens a hidden same-origin frame in which only the SDK runs. Rejects with a `PhoneProblem`. */
export function openFrame(address = new URL(__FRAME_PAGE__, import.meta.url).href): Promise<OpenFrame> {
  const element = document.createElement("iframe");
  element.allow = "microphone; autoplay; speaker-selection";
  element.tabIndex = -1;
  element.title = "";
  element.setAttribute("aria-hidden", "true");
  element.dataset.yeastarLinkus = "engine";
  // Not `display: none`: a frame without a box has its timers and media handled differently from browser to browser.
  element.style.cssText =
    "position:fixed;width:1px;height:1px;left:-9px;top:-9px;border:0;opacity:0;pointer-events:none;visibility:hidden";
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
    document.body.append(element);
  });
}

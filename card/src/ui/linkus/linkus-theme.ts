/** What the vendor's UI needs to sit in the card: its smallest size, and Home Assistant's colours in its frame. */

/** Its call window is no smaller than 640 by 479 px, with the dial strip above. */
const NARROWEST = 680;
const LOWEST = 560;

/** The size to lay it out in, and the scale at which that fills `width` by `height` px. */
export function stageSize(width: number, height: number): { width: number; height: number; scale: number } {
  const scale = width > 0 && height > 0 ? Math.min(1, width / NARROWEST, height / LOWEST) : 1;
  return { width: width / scale, height: height / scale, scale };
}

/** A style sheet for the frame; `style` is the card's computed one. */
export function themeOf(style: Pick<CSSStyleDeclaration, "getPropertyValue">): string {
  const colour = (names: readonly string[], otherwise: string) => {
    const value = names.map((name) => style.getPropertyValue(name).trim()).find(Boolean) ?? otherwise;
    // It comes from the theme of this very page; what is no plain value is left out all the same.
    return /^[#\w\s.,()%/-]+$/.test(value) ? value : otherwise;
  };
  const background = colour(["--card-background-color"], "#fff");
  const text = colour(["--primary-text-color"], "#141414");
  const dim = colour(["--secondary-text-color"], "#5e5e5e");
  const line = colour(["--divider-color"], "#e0e0e0");
  const accent = colour(["--primary-color"], "#009ac7");
  return `
html, body { height: 100%; margin: 0; overflow: clip; background: ${background}; }
body > div, .ys-webrtc-sdk-ui { position: relative; height: 100%; }
.ys-webrtc-sdk-ui { color: ${text}; background: ${background}; }
.ys-webrtc-sdk-ui .dial-wra { display: flex; width: 100%; height: 64px; padding: 0 16px; align-items: center; gap: 8px; box-sizing: border-box; background: none; border-bottom: 1px solid ${line}; box-shadow: none; }
.ys-webrtc-sdk-ui .dial-wra .item-ipt { flex: 1; width: auto; max-width: none; height: 44px; background: ${background}; color: ${text}; border: 1px solid ${line}; border-radius: 8px; }
.ys-webrtc-sdk-ui .dial-wra .item-ipt input { background: none; color: ${text}; font-size: 16px; }
.ys-webrtc-sdk-ui .dial-wra .item-ipt input::placeholder { color: ${dim}; opacity: 1; }
.ys-webrtc-sdk-ui .dial-wra .keyboard-icon { color: ${text}; width: 44px; height: 44px; font-size: 24px; display: inline-flex; align-items: center; justify-content: center; }
.ys-webrtc-sdk-ui .dial-wra .item-call { width: 44px; height: 44px; min-width: 44px; border: 0; background-color: ${accent}; }
.ys-webrtc-sdk-ui .rtc-wra.rtc-wra { inset: 64px 0 0 !important; width: 100% !important; height: calc(100% - 64px) !important; transform: none !important; }
.ys-webrtc-sdk-ui .rtc-keyboard .keyboard-pop { background: ${background}; color: ${text}; box-shadow: 0 0 0 1px ${line}, 0 8px 24px rgb(0 0 0 / 30%); }
.ys-webrtc-sdk-ui .rtc-keyboard .keyboard-pop .item .item-num { color: ${text}; }
.ys-webrtc-sdk-ui .rtc-keyboard .keyboard-pop .item .item-letter { color: ${dim}; }
`;
}

import { loadLocalize } from "../../localize";
import type { Phone } from "../../state/types";
import type { CardHass } from "../card/card-element";
import type { Overlay } from "./overlay-element";
import "./overlay-element";

/**
 * Puts the incoming call and the floating phone over this page; calling it again changes nothing but the phone. A phone beside the
 * page's own (`side`: its id) has an overlay of its own.
 */
export function mountOverlay(phone: Phone, hass: CardHass, side = ""): void {
  const tag = "yeastar-linkus-overlay";
  let overlay = [...document.querySelectorAll<Overlay>(tag)].find((one) => one.side === side);
  if (!overlay) {
    overlay = document.createElement(tag) as Overlay;
    overlay.side = side;
    document.body.append(overlay);
  }
  overlay.phone = phone;
  const mounted = overlay;
  void loadLocalize(hass.locale?.language ?? hass.language).then((t) => {
    mounted.t = t;
  });
}

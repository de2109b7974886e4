/** What a card asks of Home Assistant seldom: another phone than the page's, the visual editor. */
import { outsideText } from "../state/numbers";
import type { Phone, PhoneInfo } from "../state/types";
import { cardForm as form } from "../ui/card/card-form";
import { mountOverlay } from "../ui/overlay/overlay";
import { askInfo } from "./door";
import { type Hass, pageHass } from "./hass";
import { dropSidePhone, getSidePhone } from "./page";

/** Which phone a card is for. */
export interface WantedPhone {
  readonly phone_id?: string;
  readonly extension?: string;
}

const means = (wanted: WantedPhone, phone: PhoneInfo): boolean =>
  wanted.phone_id ? phone.phoneId === wanted.phone_id : phone.extension === wanted.extension;

/**
 * Hands `use` the page's phone where that is the wanted one (or the user has no such), else one that is made for it: a browser may be
 * registered at several PBXs. Again whenever the page's phone changes. Returns what ends it.
 */
export function followPhone(hass: Hass, main: Phone, wanted: WantedPhone, use: (phone: Phone) => void): () => void {
  let now: string | null = null;
  let over = false;
  const stop = main.subscribe((state) => {
    const found = state.phones.find((phone) => means(wanted, phone));
    const id = found && found.phoneId !== state.phone?.phoneId ? found.phoneId : "";
    if (id === now || (!found && !state.phone)) return;
    now = id;
    if (id === "") {
      if (found) dropSidePhone(found.phoneId);
      use(main);
      return;
    }
    getSidePhone(hass, id).then(
      (phone) => {
        mountOverlay(phone, hass, id);
        if (!over && now === id) use(phone);
      },
      () => {
        now = null;
      },
    );
  });
  return () => {
    over = true;
    stop();
  };
}

/** The visual editor, in the user's language, with the user's phones to choose from. */
export async function cardForm() {
  const hass = pageHass() as (Hass & { readonly locale?: { readonly language?: string } }) | null;
  const info = hass && (await askInfo(hass).catch(() => null));
  const phones = (info?.phones ?? []).map((phone) => ({
    id: phone.phone_id,
    label: outsideText(`${phone.name} · ${phone.extension} (${phone.pbx})`),
  }));
  return form(hass?.locale?.language ?? hass?.language, phones);
}

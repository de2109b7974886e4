import type { DoorCall } from "../ha/door";
import { cameraPicture, pressButton } from "../ha/doors";
import type { Hass } from "../ha/hass";
import type { Call } from "../state/types";
import type { Doors } from "../ui/data";
import type { Order } from "./browser-phone";

export interface DoorPhonesOptions {
  readonly hass: Hass;
  call(id: string): Call | undefined;
  /** What Home Assistant reports of the extension's calls; only there are the digits that open. */
  reported(): readonly DoorCall[];
  order(name: Order, ...args: unknown[]): Promise<void>;
}

/** Seeing and opening the door whose phone calls. */
export class DoorPhones implements Doors {
  constructor(private readonly options: DoorPhonesOptions) {}

  picture(camera: string): Promise<string> {
    return cameraPicture(this.options.hass, camera);
  }

  async open(callId: string): Promise<void> {
    const { hass, call, reported, order } = this.options;
    const pbxId = call(callId)?.pbxId;
    const door = reported().find(({ id }) => id === pbxId)?.door;
    if (door?.unlock_entity) await pressButton(hass, door.unlock_entity);
    else if (door?.unlock_digits) await order("sendKeys", callId, door.unlock_digits);
    else throw new Error("no way to open");
  }
}

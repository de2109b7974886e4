import { expect, it, vi } from "vitest";
import { demoPhone } from "./demo";

it("looks like a phone and does nothing", async () => {
  const heard = vi.fn();
  const stop = demoPhone.subscribe(heard);
  expect(heard).toHaveBeenCalledWith(demoPhone.state);
  expect(demoPhone.state.calls).toEqual([]);
  await demoPhone.dial("110");
  demoPhone.watchMicrophone(heard)();
  stop();
  expect(heard).toHaveBeenCalledTimes(1);
});

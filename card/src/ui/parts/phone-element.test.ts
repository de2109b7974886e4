import { expect, it, vi } from "vitest";
import { FakePhone } from "../testing/fake-phone";
import { define, PhoneFollower, PhonePart } from "./phone-element";

class Part extends PhonePart {
  run(order: () => Promise<void>): void {
    this.order(order);
  }
}
class Follower extends PhoneFollower {}
define("test-part", Part);
define("test-follower", Follower);

it("runs no order without a phone, and tells of one that failed by its key", async () => {
  const part = new Part();
  const failed = vi.fn();
  part.addEventListener("order-failed", (event) => failed((event as CustomEvent<{ key: string }>).detail.key));
  const order = vi.fn().mockRejectedValueOnce({ key: "hold_failed" }).mockRejectedValueOnce(new Error("?"));
  part.run(order);
  expect(order).not.toHaveBeenCalled();
  part.phone = new FakePhone();
  part.run(order);
  part.run(order);
  await vi.waitFor(() => expect(failed.mock.calls).toEqual([["hold_failed"], ["unknown"]]));
});

it("follows its phone while it is in the page", async () => {
  const follower = new Follower();
  const phone = new FakePhone();
  follower.phone = phone;
  expect(follower.state).toBeNull();
  document.body.append(follower);
  await follower.updateComplete;
  expect(follower.state).toBe(phone.state);
  follower.remove();
  phone.set({ missed: 7 });
  expect(follower.state?.missed).not.toBe(7);
});

it("leaves an element that an older copy has defined", () => {
  define("test-part", class extends PhonePart {});
  expect(customElements.get("test-part")).toBe(Part);
});

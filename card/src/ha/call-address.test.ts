import { afterEach, expect, it } from "vitest";
import { handlerAddress, takeCalled } from "./call-address";

afterEach(() => history.replaceState(null, "", "/"));

it("takes the number out of the address, once, and leaves the rest", () => {
  history.replaceState({ a: 1 }, "", "/lovelace/phone?x=1&yeastar_linkus_call=tel%3A%2B4930123#y");
  expect(takeCalled()).toBe("tel:+4930123");
  expect(location.href).toMatch(/\/lovelace\/phone\?x=1#y$/);
  expect(history.state).toEqual({ a: 1 });
  expect(takeCalled()).toBeNull();
});

it("is what the browser opens for phone links of others", () =>
  expect(handlerAddress()).toBe(`${location.origin}/?yeastar_linkus_call=%s`));

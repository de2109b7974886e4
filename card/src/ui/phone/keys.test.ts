import { describe, expect, it, vi } from "vitest";
import type { Panel } from "../call/panel";
import { fakeCall } from "../testing/fake-phone";
import { actInCall, type KeyContext, keyAction, phaseOf } from "./keys";

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
const context = (phase: KeyContext["phase"], more: Partial<KeyContext> = {}): KeyContext => ({
  typing: false,
  onControl: false,
  phase,
  ...more,
});

describe("keyAction", () => {
  it("dials what is typed anywhere, and calls with Enter", () => {
    expect(keyAction(press("5"), context("idle"))).toEqual({ kind: "digit", digit: "5" });
    expect(keyAction(press("+"), context("idle"))).toEqual({ kind: "digit", digit: "+" });
    expect(keyAction(press("Backspace"), context("idle"))).toEqual({ kind: "erase" });
    expect(keyAction(press("Enter"), context("idle"))).toEqual({ kind: "call" });
    expect(keyAction(press("Enter"), context("idle", { onControl: true }))).toBeNull();
    expect(keyAction(press("Enter", { repeat: true }), context("idle"))).toBeNull();
    expect(keyAction(press("m"), context("idle"))).toBeNull();
  });

  it("leaves a text field its keys, but for Enter and Escape", () => {
    const typing = context("idle", { typing: true });
    expect(keyAction(press("5"), typing)).toBeNull();
    expect(keyAction(press("Enter"), typing)).toEqual({ kind: "call" });
    expect(keyAction(press("Escape"), typing)).toEqual({ kind: "escape" });
    expect(keyAction(press("Enter"), context("talking", { typing: true }))).toBeNull();
  });

  it.each([
    ["m", "mute"],
    ["H", "hold"],
    ["k", "keypad"],
    ["T", "transfer"],
  ])("%s in a call is %s", (key, kind) => {
    expect(keyAction(press(key), context("talking"))).toEqual({ kind });
    expect(keyAction(press(key), context("ringing"))).toBeNull();
    expect(keyAction(press(key), context("talking", { typing: true }))).toBeNull();
    expect(keyAction(press(key, { repeat: true }), context("talking"))).toBeNull();
  });

  it("sends digits only where they can go", () => {
    expect(keyAction(press("#"), context("talking"))).toEqual({ kind: "digit", digit: "#" });
    expect(keyAction(press("1"), context("ringing"))).toBeNull();
    expect(keyAction(press("1"), context("dialing"))).toBeNull();
    expect(keyAction(press("+"), context("talking"))).toBeNull();
  });

  it("never hangs up and never takes a browser's shortcut", () => {
    expect(keyAction(press("Escape"), context("talking"))).toEqual({ kind: "escape" });
    for (const modifier of ["ctrlKey", "metaKey", "altKey"])
      expect(keyAction(press("m", { [modifier]: true }), context("talking"))).toBeNull();
    expect(keyAction(press("1", { isComposing: true }), context("idle"))).toBeNull();
    expect(keyAction(press("x"), context("talking"))).toBeNull();
  });
});

describe("what a key does in a call", () => {
  it.each([
    ["none", "keypad", "keypad"],
    ["keypad", "keypad", "none"],
    ["more", "transfer", "transfer"],
    ["transfer", "transfer", "none"],
  ] as const)("from %s, %s opens %s", (panel, kind, wanted) => {
    const open = vi.fn<(panel: Panel) => void>();
    actInCall({ kind }, fakeCall(), { panel, open, press: vi.fn(), order: vi.fn() });
    expect(open.mock.calls).toEqual([[wanted]]);
  });

  it("is nothing that the call does not allow", () => {
    const on = { panel: "none" as const, open: vi.fn(), press: vi.fn(), order: vi.fn() };
    const none = { ...fakeCall().can, mute: false, hold: false, dtmf: false, transfer: false };
    for (const kind of ["mute", "hold", "keypad", "transfer"] as const)
      actInCall({ kind }, fakeCall({ can: none }), on);
    expect([on.open.mock.calls, on.order.mock.calls]).toEqual([[], []]);
  });
});

it("means something in scenes of a phone only", () => {
  expect((["loading", "not_mapped", "first_use"] as const).map(phaseOf)).toEqual([null, null, null]);
  expect((["idle", "ended", "incoming", "outgoing", "talking"] as const).map(phaseOf)).toEqual([
    "idle",
    "idle",
    "ringing",
    "dialing",
    "talking",
  ]);
});

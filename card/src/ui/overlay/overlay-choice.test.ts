import { describe, expect, it } from "vitest";
import { fakeCall, fakeState } from "../testing/fake-phone";
import { type OverlayWishes, overlayChoice } from "./overlay-choice";

const wishes = (change: Partial<OverlayWishes> = {}): OverlayWishes => ({
  expanded: true,
  roundButton: false,
  cardVisible: false,
  putAside: new Set(),
  ...change,
});
const ringing = fakeCall({ id: "r", phase: "ringing", answeredAt: null });
const talking = fakeCall({ id: "t" });

describe("overlayChoice", () => {
  it("is nothing at rest, a round button if wanted, and nothing where a card is", () => {
    expect(overlayChoice(null, wishes())).toEqual({ incoming: null, floating: "none" });
    expect(overlayChoice(fakeState(), wishes())).toEqual({ incoming: null, floating: "none" });
    expect(overlayChoice(fakeState(), wishes({ roundButton: true, expanded: false })).floating).toBe("round");
    expect(overlayChoice(fakeState(), wishes({ roundButton: true })).floating).toBe("panel");
    expect(overlayChoice(fakeState(), wishes({ roundButton: true, cardVisible: true })).floating).toBe("none");
    expect(overlayChoice(fakeState({ phone: null }), wishes({ roundButton: true })).floating).toBe("none");
  });

  it("rings over everything, until put aside", () => {
    const state = fakeState({ calls: [ringing] });
    expect(overlayChoice(state, wishes({ cardVisible: true }))).toEqual({ incoming: ringing, floating: "none" });
    expect(overlayChoice(state, wishes({ cardVisible: true, cardRings: true }))).toEqual({
      incoming: null,
      floating: "none",
    });
    expect(overlayChoice(state, wishes({ putAside: new Set(["r"]), expanded: false }))).toEqual({
      incoming: null,
      floating: "pill",
    });
  });

  it("floats the call, open or small, unless a card shows it", () => {
    const state = fakeState({ calls: [talking] });
    expect(overlayChoice(state, wishes()).floating).toBe("panel");
    expect(overlayChoice(state, wishes({ expanded: false })).floating).toBe("pill");
    expect(overlayChoice(state, wishes({ cardVisible: true })).floating).toBe("none");
    expect(
      overlayChoice(fakeState({ calls: [{ ...talking, phase: "ended" }] }), wishes({ expanded: false })).floating,
    ).toBe("pill");
  });

  it("opens for a second call, whatever was chosen", () => {
    const choice = overlayChoice(
      fakeState({ calls: [talking, ringing] }),
      wishes({ expanded: false, cardVisible: true }),
    );
    expect(choice).toEqual({ incoming: null, floating: "panel" });
  });
});

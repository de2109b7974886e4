import { expect, it } from "vitest";
import { stageSize, themeOf } from "./linkus-theme";

it("lays the vendor's UI out no smaller than it can be, and scales it down", () => {
  expect(stageSize(1000, 700)).toEqual({ width: 1000, height: 700, scale: 1 });
  expect(stageSize(340, 560)).toEqual({ width: 680, height: 1120, scale: 0.5 });
  expect(stageSize(1360, 280)).toEqual({ width: 2720, height: 560, scale: 0.5 });
  expect(stageSize(0, 0)).toEqual({ width: 0, height: 0, scale: 1 });
});

it("takes the theme's colours, and nothing else", () => {
  const style = (values: Record<string, string>) => ({ getPropertyValue: (name: string) => values[name] ?? "" });
  expect(themeOf(style({ "--primary-color": " #123456 " }))).toContain("background-color: #123456");
  expect(themeOf(style({ "--primary-color": "red; } body { display: none" }))).not.toContain("display: none");
  expect(themeOf(style({}))).toContain("#009ac7");
});

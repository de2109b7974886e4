import { defineConfig } from "vitest/config";
import { minifyTemplates } from "./minify-templates.ts";

/** Where `build.mjs` leaves everything that Home Assistant serves below /yeastar_linkus/. */
export default defineConfig({
  plugins: [minifyTemplates()],
  base: "./",
  build: {
    target: "es2022",
    // As a library, because else every dynamic import is wrapped by a preload helper, in a page module of 4 kB at most.
    lib: { entry: { page: "src/ha/page.ts", card: "src/ui/card/card.ts" }, formats: ["es"] },
    copyPublicDir: false,
    reportCompressedSize: false,
    rolldownOptions: {
      // The card imports the page module, so that both run one copy of it whichever comes first.
      preserveEntrySignatures: "allow-extension",
      output: {
        minify: true,
        entryFileNames: "[name]-[hash:12].js",
        chunkFileNames: "[name]-[hash:12].js",
        hashCharacters: "hex",
      },
    },
  },
  define: {
    __FRAME_PAGE__: JSON.stringify("engine.html"),
    __VERSION__: JSON.stringify("0.0.0"),
    __BUILD__: JSON.stringify(""),
  },
  test: {
    environment: "happy-dom",
    pool: "vmThreads",
    include: ["src/**/*.test.ts"],
    testTimeout: 5000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/**/*.test.ts", "src/**/testing/**"],
      reporter: ["text"],
      // What can be wrong without a browser is proven without one.
      thresholds: {
        "src/state/**": { 100: true },
        "src/localize/**": { 100: true },
        "src/engine/{auto-answer,browser-phone,desk-calls,dialling,door-phones,lease,pbx-orders,registration,remote-orders,tabs,until-state}.ts":
          { 100: true },
        "src/ha/doors.ts": { 100: true },
      },
    },
  },
});

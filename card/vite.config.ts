import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { minifyTemplates } from "./minify-templates.ts";

/** A view: what is wrong in it is seen, by the checks of the gallery and by tests/card. */
const isView = (file: string) => /\b(?:css|html|svg)`/.test(readFileSync(file, "utf8"));

/** Everything else can be wrong without being seen: it is proven without a screen, each file whole. */
const proven = globSync("src/**/*.ts", { cwd: import.meta.dirname, exclude: ["**/*.test.ts", "**/testing/**"] })
  .filter((file) => !isView(`${import.meta.dirname}/${file}`))
  .map((file) => [file, { 100: true }] as const);

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
      exclude: [
        "src/**/*.test.ts",
        "src/**/testing/**",
        // Shows the vendor's own UI in a frame: there is one in a browser only (tests/card/test_linkus_look.py).
        "src/ui/linkus/linkus-look.ts",
      ],
      reporter: ["text"],
      thresholds: {
        perFile: true,
        // The lowest of the views.
        statements: 80,
        lines: 85,
        functions: 75,
        branches: 60,
        ...Object.fromEntries(proven),
        // It puts all parts together; the rest are defaults for the moment before a part is there.
        "src/engine/engine.ts": { statements: 100, lines: 100, functions: 100, branches: 92 },
      },
    },
  },
});

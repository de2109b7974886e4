/**
 * Builds the card: `node build.mjs <folder>`.
 *
 * Two passes, because the frame's page has a fixed name: its script is built first, and its hash goes into the address by
 * which the engine opens the page (Home Assistant's service worker keeps what it saw under an address).
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const root = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, "../custom_components/yeastar_linkus/www"));
const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const quiet = { root, logLevel: "warn" };

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const frame = await build({
  ...quiet,
  configFile: false,
  build: {
    outDir: folder,
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { frame: join(root, "src/engine/linkus/frame.ts") },
      output: { format: "iife", entryFileNames: "[name]-[hash:12].js", hashCharacters: "hex" },
    },
  },
});
const frameFile = [frame].flat()[0].output[0].fileName;
await writeFile(
  join(folder, "engine.html"),
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Phone</title><script src="${frameFile}"></script></head><body></body></html>\n`,
);

/** The rest, with the id of the build in it. */
const main = async (id, write) => {
  const bundles = await build({
    ...quiet,
    configFile: join(root, "vite.config.ts"),
    define: {
      __FRAME_PAGE__: JSON.stringify(`engine.html?${frameFile.slice(6, -3)}`),
      __VERSION__: JSON.stringify(version),
      __BUILD__: JSON.stringify(id),
    },
    build: { outDir: folder, emptyOutDir: false, write },
  });
  return [bundles].flat().flatMap((bundle) => bundle.output.filter((output) => output.type === "chunk"));
};
// The id is what everything says but the id: an open page tells by it whether it runs what is served now.
const said = createHash("sha256");
for (const { name, code } of await main("", false)) said.update(`${name}\n${code}\n`);
const hash = said.digest("hex").slice(0, 12);
const chunks = await main(hash, true);
const named = (name) => chunks.find((chunk) => chunk.name === name)?.fileName ?? null;

const files = (await readdir(folder)).sort();
for (const file of files) {
  const packed = gzipSync(await readFile(join(folder, file)), { level: 9 });
  packed[9] = 255; // the operating system's field: the same bytes everywhere
  await writeFile(join(folder, `${file}.gz`), packed);
}
const card = named("card");
const manifest = {
  version,
  // What `yeastar_linkus/info` answers as `card`, and what a running card compares itself with.
  hash,
  page: named("page"),
  card,
  engine: named("engine"),
  overlay: named("overlay"),
  frame: frameFile,
  files,
};
await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

/** What a page that loads this chunk fetches at once: itself and its static imports. */
const weight = (name, seen = new Set()) => {
  const chunk = chunks.find((one) => one.fileName === name);
  if (!chunk || seen.has(name)) return 0;
  seen.add(name);
  return gzipSync(chunk.code, { level: 9 }).length + chunk.imports.reduce((sum, one) => sum + weight(one, seen), 0);
};
for (const [name, limit] of [
  ["page", 4096],
  ["card", 30_720],
]) {
  const bytes = weight(named(name));
  console.log(`${name}: ${bytes} bytes gzipped with its static imports (limit ${limit})`);
  if (bytes > limit) {
    console.error(`${name} is over its limit`);
    process.exitCode = 1;
  }
}

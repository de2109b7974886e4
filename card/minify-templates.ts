interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

interface TaggedTemplate extends Node {
  tag: { type: string; name: string };
  quasi: { quasis: Node[] };
}

/**
 * Vite plugin: takes the indentation out of Lit's templates, which no minifier of JavaScript touches.
 * Only white space goes: HTML and CSS read a run of it as one blank (there is no <pre> in the card).
 */
export function minifyTemplates() {
  return {
    name: "minify-templates",
    apply: "build" as const,
    enforce: "post" as const,
    transform(this: { parse(code: string): unknown }, code: string, id: string) {
      if (!/\.ts$/.test(id) || !/\b(?:css|html|svg)`/.test(code)) return null;
      const cuts: { start: number; end: number; squeeze: (text: string) => string }[] = [];
      walk(this.parse(code) as Node, (node) => {
        if (node.type !== "TaggedTemplateExpression") return;
        const { tag, quasi } = node as TaggedTemplate;
        const squeeze = tag.type === "Identifier" ? SQUEEZE[tag.name] : undefined;
        if (!squeeze) return;
        for (const part of quasi.quasis) cuts.push({ start: part.start, end: part.end, squeeze });
      });
      let out = code;
      for (const { start, end, squeeze } of cuts.sort((a, b) => b.start - a.start)) {
        out = out.slice(0, start) + squeeze(out.slice(start, end)) + out.slice(end);
      }
      return { code: out, map: null };
    },
  };
}

const markup = (text: string) => text.replace(/\s+/g, " ").replace(/ (\/?>)/g, "$1");

const styles = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;}/g, "}");

const SQUEEZE: Readonly<Record<string, (text: string) => string>> = { css: styles, html: markup, svg: markup };

function walk(node: Node | Node[], visit: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) walk(each, visit);
    return;
  }
  if (!node || typeof node.type !== "string") return;
  visit(node);
  for (const value of Object.values(node)) if (value && typeof value === "object") walk(value as Node, visit);
}

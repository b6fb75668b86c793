// Bundles every widget into one ES module and one style sheet, where anywidget's `_esm` and `_css` find them.
// `node build.mjs` builds for release; `--watch` rebuilds on every change, readable and with a source map.
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const WIDGETS = ["studio", "wall"];

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const watch = process.argv.includes("--watch");

/** @type {esbuild.BuildOptions} */
const options = {
  absWorkingDir: here("."),
  // A widget's style sheet is an entry of its own: importing it from the module too would collide on the output name.
  entryPoints: WIDGETS.flatMap((name) => [
    { in: `src/${name}/index.tsx`, out: name },
    { in: `src/${name}/${name}.css`, out: name },
  ]),
  outdir: here("../src/ipyseedance/widgets/static"),
  // One file each, with no chunk in common: a module that comes from a blob URL has no place to import another from,
  // and every model carries its own text. Both have 43 kB of 131 and 97 in common. One module for both (187 kB) would
  // cost a notebook with a Studio and a Wall more (374 kB for 228); a third model with the common part would save the
  // 43 kB, but a front end whose anywidget is older than 0.11 could not get at it and would show no Studio at all.
  bundle: true,
  format: "esm",
  target: "es2022",
  // A host imports the module once for every widget shown and never lets go of it, so each byte counts: plain `h`
  // calls are a tenth shorter than the automatic runtime's.
  inject: ["src/shared/jsx.ts"],
  tsconfigRaw: { compilerOptions: { jsx: "react", jsxFactory: "h", jsxFragmentFactory: "Fragment" } },
  charset: "utf8",
  loader: { ".svg": "text" },
  legalComments: "none",
  minify: !watch,
  // Inline, because a widget's module is loaded from a blob URL, beside which no map file can lie.
  sourcemap: watch && "inline",
  logLevel: "info",
};

if (watch) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}

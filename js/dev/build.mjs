// Builds the stand-alone page: `node dev/build.mjs` into dev/dist, `--serve` to work on it in a browser.
// The widget itself is the release bundle, so run `npm run build` (or `npm run watch`) beside it.
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @type {esbuild.BuildOptions} */
const options = {
  entryPoints: ["live.ts", "live.html", "page.ts", "index.html", "wall_page.ts", "wall.html"].map(here),
  outdir: here("dist"),
  loader: { ".html": "copy" },
  bundle: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
};

if (process.argv.includes("--serve")) {
  const context = await esbuild.context(options);
  await context.watch();
  // From the repository's root, so that the page finds the bundle where the wheel has it.
  const { port } = await context.serve({ servedir: here("../.."), host: "127.0.0.1" });
  console.log(`http://127.0.0.1:${port}/js/dev/dist/index.html?state=history&theme=dark`);
  console.log(`http://127.0.0.1:${port}/js/dev/dist/wall.html?state=sweep&theme=dark`);
} else {
  await esbuild.build(options);
}

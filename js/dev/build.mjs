// Builds the stand-alone page into dev/dist. `python -m tests.browser.page.serve` shows it.
// The widget itself is the release bundle, so run `npm run build` (or `npm run watch`) beside it.
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await esbuild.build({
  entryPoints: ["page.ts", "page.html"].map(here),
  outdir: here("dist"),
  loader: { ".html": "copy" },
  bundle: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
});

/** What esbuild turns JSX into calls of. Shorter than the automatic runtime's calls, which matters: see build.mjs. */
export { Fragment, h } from "preact";

/** A sweep as the fake kernel reads it: enough of the syntax to look at, none of its checks but that seeds are numbers. */

import type { Axes, Axis, Fields, Plan, PlanRow, Problem, SweepQuote } from "../src/protocol.gen";
import { isFrame } from "../src/studio/composer/schema";

export interface Here {
  readonly free: boolean;
  /** Cells that are there already, from the first on. */
  readonly hits: number;
  /** How many of those are still under way, the last ones. */
  readonly underWay: number;
}

const PRICE = 0.121;

export function sweepOf(fields: Fields, axes: Axes, here: Here) {
  const placeholders = [...new Set([...String(fields["prompt"] ?? "").matchAll(/\{([a-z_]\w*)\}/g)].map(([, name]) => name!))];
  const used = inUse(fields, axes, placeholders);
  const problems: Problem[] = [];
  for (const [name, values] of used) {
    if (!values.length) problems.push({ field: name, message: "give its values", missing: true });
    else if (values.some((value) => !value)) problems.push({ field: name, message: "there is an empty value" });
  }
  const fine = used.filter(([name]) => problems.every(({ field }) => field !== name));
  const counts = Object.fromEntries(fine.map(([name, values]) => [name, values.length]));
  const sweep = fine.length && !problems.length ? quoteOf(fine, counts, here) : null;
  return { placeholders, counts, sweep, problems };
}

export function planned(fields: Fields, axes: Axes, here: Here): Pick<Plan, "axes" | "rows"> {
  const { placeholders } = sweepOf(fields, axes, here);
  const used = inUse(fields, axes, placeholders);
  return { axes: used.map(([name]) => name), rows: rowsOf(used, here).slice(0, 200) };
}

type Used = readonly (readonly [string, readonly string[]])[];

function inUse(fields: Fields, axes: Axes, placeholders: readonly string[]): Used {
  const names = [...placeholders, ...Object.keys(fields)];
  return names.flatMap((name) => {
    const axis = axes[name];
    if (axis === undefined) return [];
    const values = valuesOf(axis);
    return placeholders.includes(name) && !values.length ? [] : [[name, values] as const];
  });
}

function valuesOf(axis: Axis): readonly string[] {
  if (typeof axis !== "string") return axis.map((value) => (isFrame(value) ? value.name : String(value)));
  if (!axis.trim()) return [];
  return axis.split(axis.includes("||") ? "||" : ",").flatMap((part) => {
    const range = /^\s*(\d+)\s*\.\.\s*(\d+)\s*$/.exec(part);
    if (!range) return [part.trim()];
    const [first, last] = [Number(range[1]), Number(range[2])];
    return Array.from({ length: last - first + 1 }, (_, n) => String(first + n));
  });
}

function quoteOf(used: Used, counts: Readonly<Record<string, number>>, here: Here): SweepQuote {
  const rows = rowsOf(used, here);
  const count = (plan: PlanRow["plan"]): number => rows.filter((row) => row.plan === plan).length;
  const bad = [...new Set(rows.flatMap(({ problem }) => problem ?? []))];
  return {
    counts,
    cells: rows.length,
    to_run: count("run"),
    hits: count("hit") + count("coming"),
    made: count("hit"),
    under_way: count("coming"),
    skipped: count("skip"),
    invalid: count("invalid"),
    dollars: PRICE * count("run"),
    free: here.free,
    minutes: (count("run") * 0.6) / 2,
    concurrency: 2,
    wrong: bad.slice(0, 5).map((message) => ({
      field: "seed",
      message,
      cells: rows.filter(({ problem }) => problem === message).length,
    })),
  };
}

function rowsOf(used: Used, { hits, underWay }: Here): readonly PlanRow[] {
  let cells: readonly (readonly string[])[] = [[]];
  for (const [, values] of used) cells = cells.flatMap((cell) => values.map((value) => [...cell, value]));
  const seed = used.findIndex(([name]) => name === "seed");
  return cells.map((cell, index) => {
    const wrong = seed >= 0 && !/^(SKIP: ?)?\d+$/.test(cell[seed] ?? "");
    const skip = cell.some((value) => value.startsWith("SKIP:"));
    const plan = skip ? "skip" : wrong ? "invalid" : index < hits - underWay ? "hit" : index < hits ? "coming" : "run";
    return {
      values: cell.map((value) => value.replace(/^SKIP: ?/, "")),
      estimate: plan === "run" ? PRICE : 0,
      plan,
      problem: wrong && !skip ? `'${cell[seed]}' is not allowed; give a whole number from 0 to 4294967295` : null,
    };
  });
}

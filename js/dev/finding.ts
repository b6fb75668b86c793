/** What the kernel's SQL does, on rows at hand. */

import type { Find, Group, Row, Sort } from "../src/protocol.gen";

const ORDERS: Readonly<Record<Sort, (a: Row, b: Row) => number>> = {
  newest: (a, b) => b.gid - a.gid,
  oldest: (a, b) => a.gid - b.gid,
  cost: (a, b) => (b.cost ?? 0) - (a.cost ?? 0),
  cheapest: (a, b) => (a.cost ?? 0) - (b.cost ?? 0),
  duration: (a, b) => b.duration - a.duration,
  shortest: (a, b) => a.duration - b.duration,
  rating: (a, b) => (b.rating ?? 0) - (a.rating ?? 0),
};

export function found(rows: readonly Row[], find: Find): Row[] {
  const { query = "", sort = "newest", grouped, starred, rated, sound, seed, sweep, tag, endpoint } = find;
  const words = query.toLowerCase().split(/\s+/);
  const asked = (["resolution", "ratio", "seconds"] as const).filter((role) => find[role]);
  const names = { resolution: "resolution", ratio: "aspect_ratio", seconds: "duration" } as const;
  return rows
    .filter((row) => words.every((word) => `${row.prompt} ${row.seed}`.toLowerCase().includes(word)))
    .filter((row) => asked.every((role) => find[role]?.includes(String(row.fields[names[role]]))))
    .filter((row) => (!starred || row.star) && (rated == null || (row.rating ?? 0) >= rated))
    .filter((row) => (sound === undefined || row.audio === sound) && (seed === undefined || row.seed === seed))
    .filter((row) => (!sweep || row.sweep === sweep) && (!endpoint || endpoint.includes(row.endpoint)))
    .filter((row) => !tag || row.tags.includes(tag))
    .sort((a, b) => (grouped ? bySweep(a, b) : 0) || ORDERS[sort](a, b));
}

function bySweep(a: Row, b: Row): number {
  const number = ({ sweep }: Row): number => (sweep === null ? -1 : Number(sweep.split("-")[1]));
  return number(b) - number(a);
}

export function groupsOf(rows: readonly Row[]): readonly Group[] {
  const counts = new Map<string | null, number>();
  for (const { sweep } of rows) counts.set(sweep, (counts.get(sweep) ?? 0) + 1);
  return [...counts].map(([sweep, count]) => ({ sweep, count, axes: sweep === null ? [] : ["place", "seed"] }));
}

/** The filters of the history: which there are, how they are named, and how each is taken away. */

import { length } from "../../shared/format";
import type { Endpoint, Find, Sort } from "../../protocol.gen";
import { controlsOf } from "../composer/schema";

/** What is looked for now: of words, order and grouping each is always said. */
export type Search = Find & Required<Pick<Find, "query" | "sort" | "grouped">>;

export const SORTS: Readonly<Record<Sort, string>> = {
  newest: "Newest first",
  oldest: "Oldest first",
  rating: "Best rated first",
  cost: "Dearest first",
  cheapest: "Cheapest first",
  duration: "Longest first",
  shortest: "Shortest first",
};

/** Fields of a request by whose values clips are picked out, with what they are called here. */
export const LISTED = [
  ["resolution", "Resolution"],
  ["seconds", "Length"],
  ["ratio", "Shape"],
] as const;
export type Listed = (typeof LISTED)[number][0] | "endpoint";

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** The values a field can have at any of the endpoints. */
export function optionsOf(catalog: readonly Endpoint[], name: Listed): readonly Option[] {
  if (name === "endpoint") return catalog.map(({ id, title }) => ({ value: id, label: title }));
  const controls = catalog.flatMap((endpoint) => controlsOf(endpoint).filter(({ role }) => role === name));
  const said = controls.flatMap(({ options }) => options.map(String));
  // One length is written in several ways: "8", "8s".
  const values = [...new Set(name === "seconds" ? said.map((text) => String(parseFloat(text))) : said)];
  return values.map((value) => ({ value, label: labelOf(name, value) }));
}

function labelOf(name: Listed, value: string): string {
  return name === "seconds" ? length(Number(value)) : value;
}

export interface Chip {
  readonly key: string;
  readonly label: string;
  /** The same without it. */
  readonly less: Search;
}

/** A chip for each value that is filtered by. */
export function chipsOf(find: Search, catalog: readonly Endpoint[]): readonly Chip[] {
  const { starred, rated, sound, seed, sweep, tag } = find;
  const chips: Chip[] = [];
  const chip = (key: string, label: string, less: Search): void => void chips.push({ key, label, less });
  if (starred) chip("starred", "Starred", without(find, "starred"));
  if (rated !== undefined) chip("rated", rated === 5 ? "Rated 5" : `Rated ${rated} or more`, without(find, "rated"));
  for (const name of ["endpoint", ...LISTED.map(([field]) => field)] as const) {
    for (const value of find[name] ?? []) {
      const title = catalog.find(({ id }) => name === "endpoint" && id === value)?.title;
      chip(`${name} ${value}`, title ?? labelOf(name, value), withToggled(find, name, value));
    }
  }
  if (sound !== undefined) chip("sound", sound ? "With sound" : "Without sound", without(find, "sound"));
  if (seed !== undefined) chip("seed", `Seed ${seed}`, without(find, "seed"));
  if (sweep !== undefined) chip("sweep", `Sweep ${sweep}`, without(find, "sweep"));
  if (tag !== undefined) chip("tag", `Tag ${tag}`, without(find, "tag"));
  return chips;
}

export function without(find: Search, ...names: readonly (keyof Search)[]): Search {
  return Object.fromEntries(Object.entries(find).filter(([name]) => !names.includes(name as keyof Search))) as unknown as Search;
}

/** With that value of a field, or no longer. */
export function withToggled(find: Search, name: Listed, value: string): Search {
  const had = find[name] ?? [];
  const values = had.includes(value) ? had.filter((other) => other !== value) : [...had, value];
  return values.length ? { ...find, [name]: values } : without(find, name);
}

export function withoutFilters({ query, sort, grouped }: Search): Search {
  return { query, sort, grouped };
}

/** The rows of the history as a view needs them: pages asked for around what is on screen, one message at a time. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Group, HistoryTrait, Row } from "../../protocol.gen";
import { RequestError } from "../../shared/transport";
import { useStudio } from "../view";
import type { Search } from "./finding";

/** Rows in a message, and in the kernel's snapshot of the newest. */
const PAGE = 48;
/** Pages kept; those farthest from the screen are let go of. */
const KEPT = 40;
/** Milliseconds. */
const TYPING = 200;

export interface Found {
  /** What these are the rows of: what is looked for may have changed since. */
  readonly find: Search;
  readonly total: number;
  /** In order, when they are grouped. */
  readonly groups: readonly Group[] | null;
  readonly loading: boolean;
  readonly trouble: string;
  at(index: number): Row | undefined;
  /** Where a clip was last seen, which is no longer sure once the history has changed; null where it is not at hand. */
  indexOf(gid: number): number | null;
  /** All rows from one to another, if they are at hand as they now are. */
  between(from: number, to: number): readonly Row[] | null;
  /** Say which rows are on screen, the last one excluded. */
  want(from: number, to: number): void;
}

interface Held {
  readonly key: string;
  readonly find: Search;
  total: number;
  groups: readonly Group[] | null;
  groupsOf: number;
  readonly pages: Map<number, { readonly rev: number; readonly rows: readonly Row[] }>;
}

const isPlain = ({ query, sort, grouped, ...filters }: Search): boolean =>
  !query.trim() && sort === "newest" && !grouped && !Object.keys(filters).length;

export function useFound(find: Search): Found {
  const { history, kernel } = useStudio();
  const key = JSON.stringify({ ...find, query: find.query.trim() });
  const [, redraw] = useState(0);
  const [loading, setLoading] = useState(false);
  const [trouble, setTrouble] = useState("");
  const held = useRef<Held>(emptyFor(key, find));
  const now = useRef({ key, find, history: history.value, from: 0, to: PAGE });
  const busy = useRef(false);
  Object.assign(now.current, { key, find, history: history.value });

  if (isPlain(find)) takeNewest(held, key, find, history.value);

  const load = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setLoading(true);
    setTrouble("");
    try {
      for (let need = pageNeeded(held.current, now.current); need; need = pageNeeded(held.current, now.current)) {
        const { key, find, page, groups, rev } = need;
        const { value } = await kernel.request("history", { find, offset: page * PAGE, limit: PAGE, groups });
        if (held.current.key !== key) held.current = emptyFor(key, find);
        const { current } = held;
        current.total = value.total;
        current.pages.set(page, { rev, rows: value.rows });
        if (groups) Object.assign(current, { groups: value.groups, groupsOf: rev });
        trim(current, Math.floor(now.current.from / PAGE));
        redraw((n) => n + 1);
      }
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setTrouble(error.message);
    } finally {
      busy.current = false;
      setLoading(false);
    }
  };

  const { rev } = history.value;
  useEffect(() => {
    if (held.current.key === key) return void load();
    const timer = setTimeout(() => void load(), TYPING);
    return () => clearTimeout(timer);
  }, [key, rev]);

  const { current } = held;
  return {
    find: current.find,
    total: current.total,
    groups: current.groups,
    loading: loading || current.key !== key,
    trouble,
    at: (index) => current.pages.get(Math.floor(index / PAGE))?.rows[index % PAGE],
    indexOf(gid) {
      const pages = [...current.pages].sort(([, a], [, b]) => b.rev - a.rev);
      for (const [page, { rows }] of pages) {
        const at = rows.findIndex((row) => row.gid === gid);
        if (at >= 0) return page * PAGE + at;
      }
      return null;
    },
    between(from, to) {
      const rows: Row[] = [];
      for (let index = from; index <= to; index++) {
        const page = current.pages.get(Math.floor(index / PAGE));
        const row = page?.rev === rev ? page.rows[index % PAGE] : undefined;
        if (!row) return null;
        rows.push(row);
      }
      return rows;
    },
    want(from, to) {
      Object.assign(now.current, { from, to });
      if (current.key === now.current.key && pageNeeded(current, now.current)) void load();
    },
  };
}

function emptyFor(key: string, find: Search): Held {
  return { key, find, total: 0, groups: null, groupsOf: -1, pages: new Map() };
}

/** The newest come by themselves with every change. */
function takeNewest(held: { current: Held }, key: string, find: Search, { rev, total, rows }: HistoryTrait): void {
  if (held.current.key !== key) held.current = emptyFor(key, find);
  held.current.total = total;
  if (held.current.pages.get(0)?.rev !== rev) held.current.pages.set(0, { rev, rows });
}

interface Now {
  readonly key: string;
  readonly find: Search;
  readonly history: HistoryTrait;
  readonly from: number;
  readonly to: number;
}

/** The next page to ask for, if what is on screen is not all there or has changed. */
function pageNeeded(held: Held, { key, find, history: { rev }, from, to }: Now) {
  if (held.key !== key) return { key, find, rev, page: 0, groups: find.grouped };
  const groups = find.grouped && held.groupsOf !== rev;
  const last = Math.max(0, Math.min(to, held.total) - 1);
  for (let page = Math.floor(Math.min(from, last) / PAGE); page <= Math.floor(last / PAGE); page++) {
    if (groups || held.pages.get(page)?.rev !== rev) return { key, find, rev, page, groups };
  }
  return null;
}

function trim({ pages }: Held, centre: number): void {
  const far = [...pages.keys()].sort((a, b) => Math.abs(b - centre) - Math.abs(a - centre));
  for (const page of far.slice(0, Math.max(0, pages.size - KEPT))) pages.delete(page);
}

/** The rows of the history that a view shows: the snapshot's newest, or pages asked for by filter and order. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Row, Sort } from "../messages";
import { RequestError } from "../transport";
import { useStudio } from "../view";

const PAGE = 48;
const TYPING = 200;

interface Rows {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly loading: boolean;
  readonly trouble: string;
  more(): void;
}

interface Found {
  readonly key: string;
  readonly rows: readonly Row[];
  readonly total: number;
}

export function useRows(query: string, sort: Sort): Rows {
  const { history, kernel } = useStudio();
  const { rows: newest, total, rev } = history.value;
  const plain = !query.trim() && sort === "newest";
  const key = plain ? "" : `${sort}/${query.trim()}`;
  const [found, setFound] = useState<Found>({ key: "", rows: [], total: 0 });
  const [loading, setLoading] = useState(false);
  const [trouble, setTrouble] = useState("");
  const latest = useRef(0);

  // A new clip moves every row of the snapshot down by one, so pages below it may repeat a row.
  const older = found.key === key ? found.rows : [];
  const rows = plain ? unique([...newest, ...older]) : found.key === key ? older : guess(newest, query);

  const load = async (offset: number, before: readonly Row[], limit: number): Promise<void> => {
    const turn = ++latest.current;
    setLoading(true);
    setTrouble("");
    try {
      const { value } = await kernel.request("history", { offset, limit, query: query.trim(), sort });
      if (turn === latest.current) setFound({ key, rows: unique([...before, ...value.rows]), total: value.total });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (turn === latest.current) setTrouble(error.message);
    } finally {
      if (turn === latest.current) setLoading(false);
    }
  };

  useEffect(() => {
    if (plain) return undefined;
    const shown = found.key === key ? found.rows.length : 0;
    const timer = setTimeout(() => void load(0, [], Math.max(PAGE, shown)), TYPING);
    return () => clearTimeout(timer);
  }, [key, rev]);

  return {
    rows,
    total: plain ? total : found.key === key ? found.total : rows.length,
    loading,
    trouble,
    more: () => void load(rows.length, plain ? older : rows, PAGE),
  };
}

function unique(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [row.gid, row])).values()];
}

/** Until the kernel has searched everything, what is at hand. */
function guess(rows: readonly Row[], query: string): readonly Row[] {
  const words = query.toLowerCase().split(/\s+/);
  return rows.filter((row) => words.every((word) => `${row.prompt} ${row.seed ?? ""}`.toLowerCase().includes(word)));
}

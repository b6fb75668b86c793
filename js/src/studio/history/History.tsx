/** The history: its filters, its table or posters, and the clips chosen in it. */

import { useRef, useState } from "preact/hooks";
import { countOf, number } from "../../shared/format";
import type { Sort } from "../../protocol.gen";
import { Icon } from "../../shared/parts/Icon";
import { Segments } from "../composer/inputs";
import { useStudio, useView } from "../view";
import { MOST_CHOSEN } from "./choice";
import { Chosen } from "./Chosen";
import { Chips, Filters } from "./Filters";
import { type Search, SORTS, withoutFilters } from "./finding";
import { Posters } from "./Posters";
import { type Found, useFound } from "./rows";
import { Table } from "./Table";

const BEGIN: Search = { query: "", sort: "newest", grouped: false };

export function History() {
  const { history, selected, select, kernel, attempt, readOnly } = useStudio();
  const { uid } = useView();
  const [find, setFind] = useState(BEGIN);
  const [layout, setLayout] = useState("posters");
  const found = useFound(find);
  const { pick, chooseAll } = usePicking(find, found);
  const everything = history.value.total;
  const narrowed = find.query.trim() !== "" || Object.keys(find).length > Object.keys(BEGIN).length;
  const props = {
    found,
    playing: selected.value?.gid ?? null,
    open: select,
    pick,
    openWall: (sweep: string) => attempt(kernel.request("compare", { sweep })),
  };

  return (
    <section class="sd-history" aria-labelledby={`${uid}-history`}>
      <div class="sd-head sd-history-head">
        <h3 id={`${uid}-history`}>History</h3>
        <span class="sd-quiet sd-num" aria-live="polite">
          {narrowed && `${number(found.total)} of `}
          {countOf(everything, "clip")}
        </span>
        <span class="sd-spring" />
        {everything > 0 && <Tools find={find} setFind={setFind} layout={layout} setLayout={setLayout} />}
      </div>
      <Chips find={find} set={setFind} />
      {everything === 0 ? (
        <p class="sd-history-empty">
          <Icon name="film" />
          {readOnly ? "There is no clip in this project yet." : "Every clip you make is kept here, with its prompt, seed and cost."}
        </p>
      ) : found.total === 0 && !found.loading ? (
        <Nothing find={find} clear={() => setFind({ ...withoutFilters(find), query: "" })} />
      ) : (
        <div class="sd-found" data-stale={found.loading} key={layout}>
          {layout === "posters" ? (
            <Posters {...props} />
          ) : (
            <Table {...props} sort={find.sort} setSort={(sort) => setFind({ ...find, sort })} />
          )}
        </div>
      )}
      {found.trouble && <p class="sd-problem">{found.trouble}</p>}
      <Chosen total={found.total} chooseAll={chooseAll} />
    </section>
  );
}

interface ToolsProps {
  readonly find: Search;
  readonly layout: string;
  setFind(find: Search): void;
  setLayout(layout: string): void;
}

function Tools({ find, setFind, layout, setLayout }: ToolsProps) {
  const { uid } = useView();
  return (
    <>
      <label class="sd-search">
        <Icon name="search" />
        <input
          type="search"
          class="sd-input"
          placeholder="Search"
          aria-label="Search the history"
          value={find.query}
          onInput={(event) => setFind({ ...find, query: event.currentTarget.value })}
        />
      </label>
      <Filters find={find} set={setFind} />
      <select
        class="sd-input"
        aria-label="Sort the history"
        onChange={(event) => setFind({ ...find, sort: event.currentTarget.value as Sort })}
      >
        {Object.entries(SORTS).map(([key, label]) => (
          <option key={key} value={key} selected={key === find.sort}>
            {label}
          </option>
        ))}
      </select>
      <button
        class="sd-button sd-toggle"
        aria-pressed={find.grouped}
        title="Put the clips of each sweep together"
        onClick={() => setFind({ ...find, grouped: !find.grouped })}
      >
        <Icon name="sweeps" />
        <span class="sd-roomy">By sweep</span>
      </button>
      <fieldset>
        <legend class="sd-unseen">Show the history as</legend>
        <Segments
          name={`${uid}-layout`}
          options={[
            { key: "posters", label: <Labelled icon="grid" text="Posters" />, hint: "Posters" },
            { key: "table", label: <Labelled icon="table" text="Table" />, hint: "Table" },
          ]}
          is={(key) => key === layout}
          choose={setLayout}
        />
      </fieldset>
    </>
  );
}

function Nothing({ find, clear }: { find: Search; clear(): void }) {
  const query = find.query.trim();
  return (
    <p class="sd-history-empty">
      <Icon name="search" />
      <span>{query ? `Nothing matches “${query}”.` : "No clip matches these filters."}</span>
      <button class="sd-link" onClick={clear}>
        Show all clips
      </button>
    </p>
  );
}

/** Choosing single clips, and all from the last one chosen on. */
function usePicking(find: Search, found: Found) {
  const { choice, kernel, attempt, announce } = useStudio();
  // A clip and not a row: rows move when a clip comes, and with every filter and order.
  const anchor = useRef<number | null>(null);
  const add = (of: Search, offset: number, limit: number, meant: (gids: readonly number[]) => boolean): void => {
    const adding = kernel.request("found", { find: of, offset, limit }).then(({ value }) => {
      if (meant(value.gids)) choice.add(value.gids);
      else announce("The history has changed meanwhile: nothing was chosen. Scroll to the first of these clips and try again.");
    });
    attempt(adding);
  };
  return {
    pick(index: number, from: number | null): void {
      const gid = found.at(index)?.gid;
      if (from === null) {
        if (gid !== undefined) choice.toggle(gid);
        anchor.current = gid ?? null;
        return;
      }
      const last = anchor.current;
      const kept = last !== null && choice.set.value.has(last) ? found.indexOf(last) : null;
      const begin = kept ?? from;
      const first = found.at(begin)?.gid;
      anchor.current = first ?? null;
      const [low, high] = [Math.min(begin, index), Math.max(begin, index)];
      const count = high - low + 1;
      if (count > MOST_CHOSEN) return announce(`At most ${MOST_CHOSEN} clips can be chosen at once; these are ${count}.`);
      const rows = found.between(low, high);
      if (rows) return choice.add(rows.map((row) => row.gid));
      // What is not at hand the kernel names, by rows which may not be what they were.
      const ends = begin < index ? [first, gid] : [gid, first];
      add(found.find, low, count, (gids) =>
        [gids[0], gids[count - 1]].every((end, n) => ends[n] === undefined || end === ends[n]),
      );
    },
    chooseAll: () => add(find, 0, MOST_CHOSEN, () => true),
  };
}

function Labelled({ icon, text }: { icon: "grid" | "table"; text: string }) {
  return (
    <>
      <Icon name={icon} />
      <span class="sd-roomy">{text}</span>
    </>
  );
}

import { useEffect, useState } from "preact/hooks";
import { counted, number } from "../format";
import type { Row, Sort } from "../messages";
import { Icon } from "../parts/Icon";
import { Segments } from "../parts/inputs";
import { useStudio, useView } from "../view";
import { Posters } from "./Posters";
import { Table } from "./Table";
import { useRows } from "./rows";

const SORTS: Readonly<Record<Sort, string>> = {
  newest: "Newest first",
  oldest: "Oldest first",
  cost: "Dearest first",
  duration: "Longest first",
};

export function History() {
  const { history, selected, select } = useStudio();
  const { uid } = useView();
  const [query, setQuery] = useState("");
  const [sort, setSort] = useState<Sort>("newest");
  const [layout, setLayout] = useState("posters");
  const { rows, total, loading, trouble, more } = useRows(query, sort);
  const everything = history.value.total;
  const choose = (row: Row): void => select(row);
  const props = { rows, chosen: selected.value?.gid ?? null, choose };

  return (
    <section class="sd-history" aria-labelledby={`${uid}-history`}>
      <div class="sd-head sd-history-head">
        <h3 id={`${uid}-history`}>History</h3>
        <span class="sd-quiet sd-num" aria-live="polite">
          {query && `${number(total)} of `}
          {counted(everything, "clip")}
        </span>
        <span class="sd-spring" />
        {everything > 0 && (
          <>
            <label class="sd-search">
              <Icon name="search" />
              <input
                type="search"
                class="sd-input"
                placeholder="Filter"
                aria-label="Filter the history"
                value={query}
                onInput={(event) => setQuery(event.currentTarget.value)}
              />
            </label>
            <select
              class="sd-input"
              aria-label="Sort the history"
              onChange={(event) => setSort(event.currentTarget.value as Sort)}
            >
              {Object.entries(SORTS).map(([key, label]) => (
                <option key={key} value={key} selected={key === sort}>
                  {label}
                </option>
              ))}
            </select>
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
        )}
      </div>
      {everything === 0 ? (
        <p class="sd-history-empty">
          <Icon name="film" />
          Every clip you make is kept here, with its prompt, seed and cost.
        </p>
      ) : rows.length === 0 && !loading ? (
        <p class="sd-history-empty">
          <Icon name="search" />
          Nothing matches “{query}”.
        </p>
      ) : layout === "posters" ? (
        <Posters {...props} />
      ) : (
        <Table {...props} />
      )}
      {trouble && <p class="sd-problem">{trouble}</p>}
      {rows.length < total && (
        <button class="sd-button sd-more" disabled={loading} onClick={more}>
          {loading ? "Loading" : `Show more (${number(total - rows.length)})`}
        </button>
      )}
    </section>
  );
}

function Labelled({ icon, text }: { icon: "grid" | "table"; text: string }) {
  return (
    <>
      <Icon name={icon} />
      <span class="sd-roomy">{text}</span>
    </>
  );
}

/** Whether an element has come near enough to the screen to be worth loading; once true it stays true. */
export function useNear(): readonly [boolean, (el: Element | null) => void] {
  const [el, setEl] = useState<Element | null>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!el || near) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
      { rootMargin: "300px" },
    );
    observer.observe(el);
    return () => observer.disconnect();
  }, [el, near]);
  return [near, setEl];
}

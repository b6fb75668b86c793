import { useEffect, useState } from "preact/hooks";
import { counted, money, number } from "../format";
import type { ErrorValue } from "../messages";
import { Confirm } from "../parts/Confirm";
import { Icon } from "../parts/Icon";
import { Segments } from "../parts/inputs";
import { RequestError } from "../transport";
import { MOST_CHOSEN } from "../choice";
import { useAsker, useStudio, useView } from "../view";

interface ChosenProps {
  /** How many clips the history shows. */
  readonly total: number;
  chooseAll(): void;
}

/** What can be done with the clips chosen in the history. */
export function Chosen({ total, chooseAll }: ChosenProps) {
  const { choice, kernel, attempt } = useStudio();
  const { uid } = useView();
  const [repeating, setRepeating] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [folder, setFolder] = useState<string | null>(null);
  const gids = choice.gids.value;
  const identity = gids.join();
  useEffect(() => {
    setRepeating(false);
    setFolder(null);
  }, [identity]);
  if (!gids.length) return null;

  const exportThem = (): void => {
    if (exporting) return;
    setExporting(true);
    setFolder(null);
    const done = kernel.request("export", { gids }).then(({ value }) => setFolder(value.folder));
    attempt(done.finally(() => setExporting(false)));
  };

  return (
    <div class="sd-chosen" role="region" aria-label="Chosen clips">
      <div class="sd-row">
        <b class="sd-num" role="status">
          {number(gids.length)} chosen
        </b>
        {total > gids.length && total <= MOST_CHOSEN && (
          <button class="sd-link" onClick={chooseAll}>
            Choose all {number(total)}
          </button>
        )}
        <span class="sd-spring" />
        <button class="sd-button sd-strong" id={`${uid}-compare`} onClick={() => attempt(kernel.request("compare", { gids }))}>
          <Icon name="grid" />
          {gids.length === 1 ? "Show on the wall" : "Compare on the wall"}
        </button>
        <button class="sd-button" id={`${uid}-again`} aria-expanded={repeating} onClick={() => setRepeating(!repeating)}>
          <Icon name="reuse" />
          Run again
        </button>
        <button class="sd-button" aria-disabled={exporting} onClick={exportThem}>
          {exporting ? <i class="sd-spinner" aria-hidden="true" /> : <Icon name="save" />}
          {exporting ? "Exporting" : "Export"}
        </button>
        <button class="sd-button" onClick={choice.clear}>
          Clear
        </button>
      </div>
      {folder !== null && (
        <p class="sd-exported" role="status">
          <Icon name="check" /> Exported to <code>{folder}</code>
        </p>
      )}
      {repeating && <Again key={identity} gids={gids} done={() => setRepeating(false)} />}
    </div>
  );
}

interface Price {
  readonly clips: number;
  readonly dollars: number;
  readonly free: boolean;
}

/** Asks for the chosen clips once more, as one act: with its price, above a dollar typed. */
function Again({ gids, done }: { gids: readonly number[]; done(): void }) {
  const { kernel, announce } = useStudio();
  const asker = useAsker();
  const { uid, focus } = asker;
  const [seeds, setSeeds] = useState<"new" | "same">("new");
  const [price, setPrice] = useState<Price | null>(null);
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState<ErrorValue | null>(null);

  const told = (error: unknown): void => {
    if (!(error instanceof RequestError)) throw error;
    setTrouble(error.detail);
  };
  useEffect(() => {
    kernel.request("again_price", { gids }).then(({ value }) => setPrice(value), told);
  }, []);

  const send = (confirm?: string): void => {
    if (!price || sending) return;
    setSending(true);
    setTrouble(null);
    const shown = { clips: price.clips, dollars: price.dollars };
    const ask = { gids, seeds, shown, ...(confirm && { confirm }) };
    kernel
      .request("again", ask)
      .then(({ value }) => {
        announce(`${counted(value.sent, "clip")} asked for again, as ${value.name}.`);
        focus("again");
        done();
      }, told)
      .finally(() => setSending(false));
  };

  const clips = counted(price?.clips ?? gids.length, "clip");
  const cost = price && (price.free ? `free here, ${money(price.dollars)} on fal` : money(price.dollars));
  if (trouble?.question) {
    return (
      <Confirm
        key={trouble.question.price}
        asker={asker}
        name="again"
        after="again"
        act="generate them again"
        message={trouble.message}
        question={trouble.question}
        confirm={send}
        cancel={() => setTrouble(null)}
      />
    );
  }
  return (
    <div class="sd-again">
      <fieldset>
        <legend class="sd-unseen">Seeds</legend>
        <Segments
          name={`${uid}-seeds`}
          options={[
            { key: "new", label: "New seeds", hint: "Other clips of the same requests" },
            { key: "same", label: "Same seeds", hint: "What then differs is the model's own noise" },
          ]}
          is={(key) => key === seeds}
          choose={(key) => setSeeds(key as "new" | "same")}
        />
      </fieldset>
      <button
        class="sd-button sd-strong"
        disabled={!price || trouble !== null}
        aria-disabled={sending}
        onClick={(event) => event.detail < 2 && send()}
      >
        {sending && <i class="sd-spinner" aria-hidden="true" />}
        {sending ? "Sending" : `Generate ${clips}${cost ? ` · ${cost}` : ""}`}
      </button>
      {trouble && (
        <p class="sd-problem" role="alert">
          <b>{trouble.message}</b> {trouble.next_step}
        </p>
      )}
    </div>
  );
}

/** What can be done with the clips chosen in the history. */

import { useEffect, useState } from "preact/hooks";
import { countOf, money, number } from "../../shared/format";
import type { Consent, ErrorValue } from "../../protocol.gen";
import { Confirm } from "../../shared/parts/Confirm";
import { Icon } from "../../shared/parts/Icon";
import { Segments } from "../composer/inputs";
import { RequestError } from "../../shared/transport";
import type { Price } from "./again";
import { MOST_CHOSEN } from "./choice";
import { useAsker, useStudio, useView } from "../view";
import { Refusal } from "../composer/Generate";

interface ChosenProps {
  /** How many clips the history shows. */
  readonly total: number;
  chooseAll(): void;
}

/** What can be done with the clips chosen in the history. */
export function Chosen({ total, chooseAll }: ChosenProps) {
  const { again, choice, kernel, attempt, readOnly } = useStudio();
  const { uid } = useView();
  const [opened, setOpened] = useState(false);
  // What has become of an act is not hidden.
  const repeating = opened || (again.outcome.value !== null && !again.outcome.value.question);
  const [exporting, setExporting] = useState(false);
  const [folder, setFolder] = useState<string | null>(null);
  const gids = choice.gids.value;
  const identity = gids.join();
  useEffect(() => {
    setOpened(false);
    setFolder(null);
  }, [identity]);
  if (!gids.length) return null;

  const toggle = (): void => {
    if (repeating) again.withdraw();
    setOpened(!repeating);
  };

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
        {!readOnly && (
          <>
            <button class="sd-button" id={`${uid}-again`} aria-expanded={repeating} onClick={toggle}>
              <Icon name="reuse" />
              Run again
            </button>
            <button class="sd-button" aria-disabled={exporting} onClick={exportThem}>
              {exporting ? <i class="sd-spinner" aria-hidden="true" /> : <Icon name="save" />}
              {exporting ? "Exporting" : "Export"}
            </button>
          </>
        )}
        <button class="sd-button" onClick={choice.clear}>
          Clear
        </button>
      </div>
      {folder !== null && (
        <p class="sd-exported" role="status">
          <Icon name="check" /> Exported to <code>{folder}</code>
        </p>
      )}
      {repeating && <Again key={identity} gids={gids} done={() => setOpened(false)} />}
    </div>
  );
}

/** Asks for the chosen clips once more, as one act: with its price, above a dollar typed. */
function Again({ gids, done }: { gids: readonly number[]; done(): void }) {
  const { kernel, again } = useStudio();
  const asker = useAsker();
  const { uid, focus } = asker;
  const [price, setPrice] = useState<Price | null>(null);
  const [trouble, setTrouble] = useState<ErrorValue | null>(null);
  const { seeds, sending, outcome, withdraw } = again;

  const look = (): void => {
    kernel.request("again_price", { gids }).then(
      ({ value }) => setPrice(value),
      (error: unknown) => {
        if (!(error instanceof RequestError)) throw error;
        setTrouble(error.detail);
      },
    );
  };
  useEffect(look, []);

  const sent = (): void => {
    focus("again");
    done();
  };
  const send = (consent?: Consent): void => {
    if (price) void again.perform(gids, price, sent, consent);
  };
  const dismiss = (): void => {
    withdraw();
    // It may have become another, which is why it was refused.
    look();
  };

  const clips = countOf(price?.clips ?? gids.length, "clip");
  const cost = price && (price.free ? `free here, ${money(price.dollars)} on fal` : money(price.dollars));
  const question = outcome.value?.question;
  if (price && outcome.value && question) {
    return (
      <Confirm
        key={question.price}
        asker={asker}
        name="again"
        after="again"
        act="generate them again"
        message={outcome.value.message}
        question={question}
        confirm={send}
        cancel={withdraw}
      />
    );
  }
  return (
    <>
      {outcome.value && !question && <Refusal error={outcome.value} dismiss={dismiss} />}
      <div class="sd-again">
        <fieldset>
          <legend class="sd-unseen">Seeds</legend>
          <Segments
            name={`${uid}-seeds`}
            options={[
              { key: "new", label: "New seeds", hint: "Other clips of the same requests" },
              { key: "same", label: "Same seeds", hint: "What then differs is the model's own noise" },
            ]}
            is={(key) => key === seeds.value}
            choose={(key) => (seeds.value = key as "new" | "same")}
          />
        </fieldset>
        <button
          class="sd-button sd-strong"
          disabled={!price || outcome.value !== null}
          aria-disabled={sending.value}
          onClick={(event) => event.detail < 2 && send()}
        >
          {sending.value && <i class="sd-spinner" aria-hidden="true" />}
          {sending.value ? "Sending" : `Generate ${clips}${cost ? ` · ${cost}` : ""}`}
        </button>
        {trouble && (
          <p class="sd-problem" role="alert">
            <b>{trouble.message}</b> {trouble.next_step}
          </p>
        )}
      </div>
    </>
  );
}

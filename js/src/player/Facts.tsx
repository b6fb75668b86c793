/** What the clip is, in chips. */

import { length, money, size, span, when } from "../shared/format";
import type { Row } from "../protocol.gen";
import { Icon } from "../shared/parts/Icon";

export function Facts({ row, announce }: { row: Row; announce(text: string): void }) {
  const took = row.run_seconds === null ? null : (row.queue_seconds ?? 0) + row.run_seconds;
  const copySeed = async (): Promise<void> => {
    const copied = await navigator.clipboard?.writeText(String(row.seed)).then(() => true, () => false);
    announce(copied ? `Seed ${row.seed} copied.` : `The clipboard is closed here. The seed is ${row.seed}.`);
  };
  return (
    <>
      <ul class="sd-facts">
        {row.seed !== null && (
          <li>
            <button class="sd-fact" title="Copy the seed" onClick={() => void copySeed()}>
              seed <b>{row.seed}</b> <Icon name="copy" />
            </button>
          </li>
        )}
        <li class="sd-fact">{size(row.width, row.height)}</li>
        <li class="sd-fact">
          {length(row.duration)} · {row.fps} fps
        </li>
        <li class="sd-fact">{row.audio ? "with sound" : "no sound"}</li>
        <li class="sd-fact"><Cost row={row} /></li>
        <li class="sd-quiet sd-num">
          {when(row.created)}
          {took !== null && ` · took ${span(took)}`}
        </li>
      </ul>
      {row.bill && (
        <div class="sd-outcome" data-tone="bad" role="note">
          <Icon name="warn" />
          <p>
            <b>{row.bill.message}</b> <span class="sd-quiet">{row.bill.next_step}</span>
          </p>
        </div>
      )}
      {row.audio && cannotPlaySound() && (
        <p class="sd-quiet">VS Code has no decoder for this sound (AAC). Download the clip to hear it.</p>
      )}
    </>
  );
}

/** VS Code's build of Chromium; nothing in the page says that an audio track was dropped. */
function cannotPlaySound(): boolean {
  return "vscodeThemeKind" in document.body.dataset;
}

/** What a clip cost, and where that figure comes from. */
export function Cost({ row: { bill, cost, cost_source: source } }: { row: Row }) {
  if (source === "free") return "free";
  if (source === "elsewhere") return "paid elsewhere";
  const words = source === "person" ? "as you said" : source;
  return (
    <span class={bill ? "sd-overbilled" : undefined} title={bill?.message}>
      {bill && <Icon name="warn" />}
      {cost !== null && `${source === "estimate" ? "≈ " : ""}${money(cost)} `}
      <small class="sd-quiet">{words}</small>
    </span>
  );
}

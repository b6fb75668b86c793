/** What becomes of the chosen clips: the finals of drafts. */

import { useMemo } from "preact/hooks";
import { countOf, money, number } from "../shared/format";
import { Confirm } from "../shared/parts/Confirm";
import { Icon } from "../shared/parts/Icon";
import { randomToken } from "../shared/transport";
import type { Promotion } from "./promotion";
import { useWall } from "./view";

export function Promote({ root }: { root: HTMLElement }) {
  const { state, promotion } = useWall();
  const uid = useMemo(() => `wl${randomToken()}`, []);
  const { quote, resolution, audio, sending, outcome, withdraw, promote } = promotion;
  const count = state.selection.value.length;
  if (!count) return null;
  const told = quote.value;
  const plan = told !== null && typeof told !== "string" ? told : null;
  const options = plan?.resolutions ?? [resolution.value];
  const chosen = resolution.value || plan?.resolution;
  const asker = {
    uid,
    announce: state.announce,
    focus: (name: string) =>
      requestAnimationFrame(() => root.querySelector<HTMLElement>(`#${CSS.escape(`${uid}-${name}`)}`)?.focus()),
  };
  const question = outcome.value?.question;
  return (
    <section class="wl-promote" aria-label="Promote">
      <div class="wl-promote-row">
        <span>
          <b>{number(count)}</b> chosen · promote to
        </span>
        <select
          class="sd-input"
          aria-label="Resolution"
          onChange={(event) => (resolution.value = event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option} selected={option === chosen}>
              {option}
            </option>
          ))}
        </select>
        <select
          class="sd-input"
          aria-label="Sound"
          onChange={(event) => (audio.value = event.currentTarget.value === "with sound")}
        >
          <option selected={audio.value}>with sound</option>
          <option selected={!audio.value}>silent</option>
        </select>
        <button
          class="sd-button"
          id={`${uid}-promote`}
          // Not `disabled`: the focus that it has when it is pressed would be lost, and keys act on the notebook.
          aria-disabled={sending.value || !plan?.to_run}
          aria-describedby={`${uid}-note`}
          onClick={(event) => event.detail < 2 && void promote()}
        >
          {sending.value && <i class="sd-spinner" aria-hidden="true" />}
          {label(told)}
        </button>
      </div>
      <p class={typeof told === "string" ? "sd-problem" : "sd-quiet"} id={`${uid}-note`}>
        {typeof told === "string" ? (
          <>
            <Icon name="warn" />
            <span>{told}</span>
          </>
        ) : (
          <>
            {plan && plan.made > 0 && `${there(plan.made)} there already. `}
            {plan && plan.under_way > 0 && plan.to_run > 0 && `${there(plan.under_way)} under way. `}
            {plan?.note}
          </>
        )}
      </p>
      {outcome.value &&
        (question ? (
          <Confirm
            key={question.price}
            asker={asker}
            name="promote"
            after="promote"
            act="promote"
            message={outcome.value.message}
            question={question}
            confirm={(consent) => void promote(consent)}
            cancel={withdraw}
          />
        ) : (
          <p class="sd-problem" role="alert">
            <Icon name="warn" />
            <span>
              <b>{outcome.value.message}</b> {outcome.value.next_step}
            </span>
            <button class="sd-link" onClick={withdraw}>
              Dismiss
            </button>
          </p>
        ))}
    </section>
  );
}

const there = (hits: number): string => (hits === 1 ? "1 is" : `${number(hits)} are`);

function label(told: Promotion["quote"]["value"]): string {
  if (told === null || typeof told === "string") return "Promote";
  if (!told.to_run && told.under_way) return `${number(told.under_way)} under way`;
  if (!told.to_run) return "Promoted already";
  return `Promote ${countOf(told.to_run, "clip")} · ${told.free ? "free" : money(told.dollars)}`;
}

/** What stands in the way of working, and what to do about it. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { money, number } from "../shared/format";
import type { Consent, ErrorValue } from "../protocol.gen";
import { Confirm } from "../shared/parts/Confirm";
import { Icon, type IconName } from "../shared/parts/Icon";
import { RequestError, RUN_AGAIN } from "../shared/transport";
import { useAsker, useStudio, useView } from "./view";

export function Banners() {
  return (
    <>
      <Trouble />
      <Retired />
    </>
  );
}

function Retired() {
  const { draft, lab, readOnly } = useStudio();
  const { retired, server } = lab.value;
  if (readOnly || !retired.includes(draft.endpoint.value.id)) return null;
  return (
    <Strip tone="wait" icon="warn">
      <b>{server.label} lists this endpoint as deprecated.</b> It may stop, or another model may answer in its place: look
      at its page before you generate.
    </Strip>
  );
}

function Trouble() {
  const { kernel, lab, readOnly } = useStudio();
  const { server, waiting } = lab.value;
  const state = readOnly ? "ready" : server.state;
  if (kernel.life.value === "gone") {
    return (
      <Strip tone="bad" icon="broken" takesFocus>
        <b>{kernel.wasThere ? "The kernel restarted." : "This notebook was opened without its kernel."}</b> {RUN_AGAIN}
      </Strip>
    );
  }
  if (state === "starting") {
    return (
      <Strip tone="wait">
        <b>{server.message || `${server.label} is starting.`}</b> {server.next_step}
      </Strip>
    );
  }
  if (state !== "ready") {
    return (
      <Strip tone="bad" icon="warn">
        <b>{server.message || TROUBLE[state]}</b> {server.next_step}
      </Strip>
    );
  }
  if (kernel.life.value === "silent") {
    return (
      <Strip tone="wait">
        <b>Waiting for the kernel.</b> A cell may be running, or the kernel is gone. What you pressed was sent once and
        will be taken when it answers.
      </Strip>
    );
  }
  return !readOnly && (waiting.jobs || waiting.bills) ? <Unsent /> : null;
}

/**
 * Jobs whose kernel stopped before they were sent, and those that somebody else asked for in a folder from elsewhere: a
 * click goes on with them, above a dollar with their price typed. So it does with what a bill far above its estimate
 * holds back, and accepts the bill.
 */
function Unsent() {
  const { kernel, lab, attempt } = useStudio();
  const asker = useAsker();
  const { uid } = useView();
  const [asked, setAsked] = useState<ErrorValue | null>(null);
  const { jobs, count, cost, foreign, held, bills, bill } = lab.value.waiting;
  const send = (consent: Consent = {}): void => {
    setAsked(null);
    attempt(
      kernel.request("resume", { ...consent, shown: { clips: jobs, dollars: cost ?? 0, bills } }).catch((error: unknown) => {
        if (!(error instanceof RequestError && error.detail.question)) throw error;
        setAsked(error.detail);
      }),
    );
  };
  const them = jobs === 1 ? "it" : "them";
  const price = cost === 0 ? "free" : money(cost);
  const act = foreign || held ? `go on with ${them}` : `send ${them}`;
  const button = !jobs ? "Understood" : foreign || held ? `Go on with ${them}` : `Send ${them} now`;
  return (
    <>
      <Strip tone={bill ? "bad" : "wait"} icon="warn">
        {bill ? (
          <>
            <b>{bill.message}</b> {bill.next_step}{" "}
            {jobs > 0 && `${number(jobs)} not sent yet · ${price}${held ? ", held by it" : ""}. `}
          </>
        ) : foreign ? (
          <>
            <b>This folder came from elsewhere. Go on with {jobs === 1 ? "its job" : `its ${number(jobs)} jobs`}?</b>{" "}
            {count > 0 && `${count < jobs ? `${number(count)} of them ${count === 1 ? "is" : "are"}` : jobs === 1 ? "It is" : "They are"} to be sent · ${price}. `}
          </>
        ) : (
          <>
            <b>
              {number(count)} not sent yet · {price}.
            </b>{" "}
            {held ? "A bill held them." : "The kernel stopped before."}{" "}
          </>
        )}
        {!asked && (
          <button
            type="button"
            class="sd-button"
            id={`${uid}-resume`}
            onClick={(event) => event.detail < 2 && send()}
          >
            {button}
          </button>
        )}
      </Strip>
      {asked?.question && (
        <Confirm
          key={asked.question.price}
          asker={asker}
          name="resume"
          after="generate"
          act={act}
          message={asked.message}
          question={asked.question}
          confirm={send}
          cancel={() => setAsked(null)}
        />
      )}
    </>
  );
}

const TROUBLE = {
  refused: "The key was refused.",
  locked: "This account cannot run requests now.",
  unreachable: "The service cannot be reached.",
} as const;

interface StripProps {
  readonly tone: "bad" | "wait";
  readonly icon?: IconName;
  /** From a field that has just been closed: what is typed on would act on the notebook. */
  readonly takesFocus?: boolean;
  readonly children: ComponentChildren;
}

function Strip({ tone, icon, takesFocus = false, children }: StripProps) {
  const strip = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const el = strip.current;
    const focused = el && (el.getRootNode() as Document | ShadowRoot).activeElement;
    if (takesFocus && focused?.closest("fieldset, .sd-generate") && el?.parentElement?.contains(focused)) el.focus();
  }, [takesFocus]);
  return (
    <div ref={strip} class="sd-banner" data-tone={tone} role={tone === "bad" ? "alert" : "status"} tabIndex={-1}>
      {icon ? <Icon name={icon} /> : <i class="sd-spinner" aria-hidden="true" />}
      <p>{children}</p>
    </div>
  );
}

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { money, number } from "../format";
import type { ErrorValue } from "../messages";
import { Confirm } from "../parts/Confirm";
import { Icon, type IconName } from "../parts/Icon";
import { RequestError } from "../transport";
import { useAsker, useStudio, useView } from "../view";

/** What stands in the way of working, and what to do about it. */
export function Banners() {
  return (
    <>
      <Trouble />
      <Retired />
    </>
  );
}

function Retired() {
  const { draft, lab } = useStudio();
  const { retired, server } = lab.value;
  if (!retired.includes(draft.endpoint.value.id)) return null;
  return (
    <Strip tone="wait" icon="warn">
      <b>{server.label} lists this endpoint as deprecated.</b> It may stop, or another model may answer in its place: look
      at its page before you generate.
    </Strip>
  );
}

function Trouble() {
  const { kernel, lab } = useStudio();
  const { server } = lab.value;
  if (kernel.life.value === "gone") {
    return (
      <Strip tone="bad" icon="broken">
        <b>This kernel is gone.</b> Run the cell again to reconnect.
      </Strip>
    );
  }
  if (server.state === "starting") {
    return (
      <Strip tone="wait">
        <b>{server.message || `${server.label} is starting.`}</b> {server.next_step}
      </Strip>
    );
  }
  if (server.state !== "ready") {
    return (
      <Strip tone="bad" icon="warn">
        <b>{server.message || TROUBLE[server.state]}</b> {server.next_step}
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
  return lab.value.waiting.count ? <Unsent /> : null;
}

/** Jobs whose kernel stopped before they were sent: a click sends them, above a dollar with their price typed. */
function Unsent() {
  const { kernel, lab, attempt } = useStudio();
  const asker = useAsker();
  const { uid } = useView();
  const [asked, setAsked] = useState<ErrorValue | null>(null);
  const { count, cost } = lab.value.waiting;
  const send = (confirm?: string): void => {
    setAsked(null);
    attempt(
      kernel.request("resume", { ...(confirm && { confirm }) }).catch((error: unknown) => {
        if (!(error instanceof RequestError && error.detail.question)) throw error;
        setAsked(error.detail);
      }),
    );
  };
  const them = count === 1 ? "it" : "them";
  return (
    <>
      <Strip tone="wait" icon="warn">
        <b>
          {number(count)} not sent yet · {cost ? money(cost) : "free"}.
        </b>{" "}
        The kernel stopped before.{" "}
        {!asked && (
          <button
            type="button"
            class="sd-button"
            id={`${uid}-resume`}
            onClick={(event) => event.detail < 2 && send()}
          >
            Send {them} now
          </button>
        )}
      </Strip>
      {asked?.question && (
        <Confirm
          key={asked.question.price}
          asker={asker}
          name="resume"
          after="generate"
          act={`send ${them}`}
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
  readonly children: ComponentChildren;
}

function Strip({ tone, icon, children }: StripProps) {
  return (
    <div class="sd-banner" data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
      {icon ? <Icon name={icon} /> : <i class="sd-spinner" aria-hidden="true" />}
      <p>{children}</p>
    </div>
  );
}

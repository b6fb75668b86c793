import type { ComponentChildren } from "preact";
import { money } from "../format";
import { Icon, type IconName } from "../parts/Icon";
import { useStudio } from "../view";

/** What stands in the way of working, and what to do about it. */
export function Banner() {
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

/** Jobs whose kernel stopped before they were sent: one click sends them, nothing else does. */
function Unsent() {
  const { kernel, lab, attempt } = useStudio();
  const { count, cost } = lab.value.waiting;
  return (
    <Strip tone="wait" icon="warn">
      <b>
        {count} not sent yet · {cost ? money(cost) : "free"}.
      </b>{" "}
      The kernel stopped before.{" "}
      <button
        type="button"
        class="sd-button"
        onClick={(event) => event.detail < 2 && attempt(kernel.request("resume", {}))}
      >
        Send {count === 1 ? "it" : "them"} now
      </button>
    </Strip>
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

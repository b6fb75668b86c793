/** The head of Studio: which model and service, how that is, and what was spent. */

import { countOf, money } from "../shared/format";
import { Icon } from "../shared/parts/Icon";
import { Segments } from "./composer/inputs";
import { type Life, RUN_AGAIN } from "../shared/transport";
import { useStudio, useView } from "./view";
import { OpenAmounts } from "./OpenAmounts";

export function Header() {
  const { catalog, draft, lab, readOnly } = useStudio();
  const { uid } = useView();
  if (readOnly) return <Title />;
  const current = draft.endpoint.value;
  const models = [...new Set(catalog.value.map(({ model }) => model))];
  const siblings = catalog.value.filter(({ model }) => model === current.model);
  const { server, retired } = lab.value;
  return (
    <div class="sd-header">
      {models.length === 1 ? (
        <h2 class="sd-model">{current.model}</h2>
      ) : (
        <select
          class="sd-input sd-model"
          aria-label="Model"
          onChange={(event) => {
            const model = models[event.currentTarget.selectedIndex];
            const first = catalog.value.find((endpoint) => endpoint.model === model);
            if (first) draft.open(first.id);
          }}
        >
          {models.map((model) => (
            <option key={model} selected={model === current.model}>
              {model}
            </option>
          ))}
        </select>
      )}
      <fieldset class="sd-endpoints">
        <legend class="sd-unseen">What the clip is made from</legend>
        <Segments
          name={`${uid}-endpoint`}
          options={siblings.map(({ id, title }) => ({
            key: id,
            label: retired.includes(id) ? <Deprecated title={title} /> : title,
          }))}
          is={(id) => id === current.id}
          choose={(id) => draft.open(id)}
        />
      </fieldset>
      <div class="sd-pills">
        <KernelPill />
        <span class="sd-pill" data-tone={TONES[server.state]} title={server.message || `Clips are made by: ${server.label}`}>
          <i class="sd-dot" aria-hidden="true" />
          {server.label}
          {server.free && " · free"}
        </span>
        <Purse />
      </div>
    </div>
  );
}

/** Of what there is only to look at. */
function Title() {
  return (
    <div class="sd-header">
      <h2 class="sd-model">{useStudio().lab.value.project.name}</h2>
      <div class="sd-pills">
        <KernelPill />
        <span class="sd-pill" title="Clips can be watched and compared here. Nothing can be made or changed.">
          <Icon name="look" />
          Read-only
        </span>
      </div>
    </div>
  );
}

function Deprecated({ title }: { title: string }) {
  return (
    <>
      {title}
      <Icon name="warn" />
      <span class="sd-unseen">deprecated</span>
    </>
  );
}

const TONES = { ready: "good", starting: "wait", refused: "bad", locked: "bad", unreachable: "bad" } as const;

const LIFE: Readonly<Partial<Record<Life, { text: string; tone: string; hint: string }>>> = {
  busy: { text: "Kernel busy", tone: "wait", hint: "A cell is running. Clicks are taken when it is done." },
  silent: { text: "Waiting for the kernel", tone: "wait", hint: "A cell may be running, or the kernel is gone." },
  gone: { text: "Kernel gone", tone: "bad", hint: RUN_AGAIN },
};

function KernelPill() {
  const shown = LIFE[useStudio().kernel.life.value];
  return (
    shown && (
      <span class="sd-pill" data-tone={shown.tone} title={shown.hint}>
        <i class="sd-dot" aria-hidden="true" />
        {shown.text}
      </span>
    )
  );
}

function Purse() {
  const { purse, waiting, open } = useStudio().lab.value;
  const { spent, reserved, cap } = purse;
  const { bills, bill } = waiting;
  const used = spent + reserved;
  const hint = `${money(spent)} spent, ${money(reserved)} reserved for what is under way, waits or is open`;
  const share = (dollars: number): string => `${cap ? Math.min(100, (dollars / cap) * 100) : 0}%`;
  return (
    <>
      {bill && (
        <span class="sd-pill" data-tone="bad" title={`${bill.message} ${bill.next_step}`}>
          <Icon name="warn" />
          {countOf(bills, "bill")} too high
        </span>
      )}
      <span class="sd-pill" title={hint}>
        <span>
          <b>{money(spent)}</b> {cap === null ? "spent" : `of ${money(cap)}`}
          {cap !== null && reserved > 0 && <> · {money(Math.max(cap - used, 0))} left</>}
        </span>
        {cap !== null && (
          <span class="sd-purse" data-tone={used > 0.9 * cap ? "bad" : "good"} aria-hidden="true">
            <i style={{ width: share(spent) }} />
            <i style={{ width: share(reserved) }} />
          </span>
        )}
      </span>
      {open.count > 0 && <OpenAmounts {...open} />}
    </>
  );
}

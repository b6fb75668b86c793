import { money } from "../format";
import { Icon } from "../parts/Icon";
import { Segments } from "../parts/inputs";
import { type Life, RUN_AGAIN } from "../transport";
import { useStudio, useView } from "../view";

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
  const { spent, reserved, cap } = useStudio().lab.value.purse;
  const hint = reserved > 0 ? `${money(reserved)} more is under way` : "Spent at fal by this project";
  const part = cap ? Math.min(1, (spent + reserved) / cap) : 0;
  return (
    <span class="sd-pill" title={hint}>
      <span>
        <b>{money(spent)}</b> {cap === null ? "spent" : `of ${money(cap)}`}
      </span>
      {cap !== null && (
        <span class="sd-purse" data-tone={part > 0.9 ? "bad" : "good"} aria-hidden="true">
          <i style={{ width: `${part * 100}%` }} />
        </span>
      )}
    </span>
  );
}

/** Which clips the history shows, by what was asked for and what is thought of them. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../shared/parts/Icon";
import { Popover } from "../Popover";
import { useStudio, useView } from "../view";
import { chipsOf, LISTED, type Listed, optionsOf, type Search, withToggled, withoutFilters, without } from "./finding";

interface FilterProps {
  readonly find: Search;
  set(find: Search): void;
}

export function Filters({ find, set }: FilterProps) {
  const { catalog } = useStudio();
  const count = chipsOf(find, catalog.value).length;
  const label = (
    <>
      <Icon name="filter" />
      <span class="sd-roomy">Filters</span>
      {count > 0 && (
        <b class="sd-count">
          {count}
          <span class="sd-unseen"> in use</span>
        </b>
      )}
    </>
  );
  return (
    <Popover name="Filter the history by field" className="sd-button" label={label}>
      <Row name="Starred, rated at least">
        <Pill on={find.starred === true} act={() => set(find.starred ? without(find, "starred") : { ...find, starred: true })}>
          Starred
        </Pill>
        {[1, 2, 3, 4, 5].map((least) => (
          <Pill
            key={least}
            on={find.rated === least}
            name={least === 5 ? "Rated 5" : `Rated ${least} or more`}
            act={() => set(find.rated === least ? without(find, "rated") : { ...find, rated: least })}
          >
            {least}
          </Pill>
        ))}
      </Row>
      <Values name="endpoint" title="Made from" find={find} set={set} />
      {LISTED.map(([name, title]) => (
        <Values key={name} name={name} title={title} find={find} set={set} />
      ))}
      <Row name="Sound">
        {[true, false].map((sound) => (
          <Pill
            key={String(sound)}
            on={find.sound === sound}
            act={() => set(find.sound === sound ? without(find, "sound") : { ...find, sound })}
          >
            {sound ? "With sound" : "Without sound"}
          </Pill>
        ))}
      </Row>
      <Exactly find={find} set={set} />
    </Popover>
  );
}

function Values({ name, title, find, set }: FilterProps & { name: Listed; title: string }) {
  const options = optionsOf(useStudio().catalog.value, name);
  if (options.length < 2) return null;
  return (
    <Row name={title}>
      {options.map(({ value, label }) => (
        <Pill key={value} on={find[name]?.includes(value) ?? false} act={() => set(withToggled(find, name, value))}>
          {label}
        </Pill>
      ))}
    </Row>
  );
}

/** A seed, and a sweep and a tag of those there are. */
function Exactly({ find, set }: FilterProps) {
  const { kernel, attempt } = useStudio();
  const { uid } = useView();
  const [sweeps, setSweeps] = useState<readonly string[]>([]);
  const [tags, setTags] = useState<readonly string[]>([]);
  useEffect(() => {
    attempt(kernel.request("sweeps", {}).then(({ value }) => setSweeps(value.sweeps)));
    attempt(kernel.request("tags", {}).then(({ value }) => setTags(value.tags)));
  }, []);
  const setSeed = (text: string): void => {
    const seed = Number(text);
    if (!text.trim()) set(without(find, "seed"));
    else if (Number.isSafeInteger(seed)) set({ ...find, seed });
  };
  return (
    <div class="sd-exactly">
      <label for={`${uid}-find-seed`}>Seed</label>
      <input
        class="sd-input"
        id={`${uid}-find-seed`}
        inputMode="numeric"
        autocomplete="off"
        value={find.seed ?? ""}
        onChange={(event) => setSeed(event.currentTarget.value)}
      />
      <OneOf name="sweep" title="Sweep" options={sweeps} find={find} set={set} />
      <OneOf name="tag" title="Tag" options={tags} find={find} set={set} />
    </div>
  );
}

interface OneOfProps extends FilterProps {
  readonly name: "sweep" | "tag";
  readonly title: string;
  readonly options: readonly string[];
}

function OneOf({ name, title, options, find, set }: OneOfProps) {
  const { uid } = useView();
  if (!options.length) return null;
  return (
    <>
      <label for={`${uid}-find-${name}`}>{title}</label>
      <select
        class="sd-input"
        id={`${uid}-find-${name}`}
        onChange={({ currentTarget: { value } }) => set(value ? { ...find, [name]: value } : without(find, name))}
      >
        <option value="">Any</option>
        {options.map((option) => (
          <option key={option} value={option} selected={option === find[name]}>
            {option}
          </option>
        ))}
      </select>
    </>
  );
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <fieldset class="sd-pills-row">
      <legend>{name}</legend>
      <div class="sd-row">{children}</div>
    </fieldset>
  );
}

interface PillProps {
  readonly on: boolean;
  readonly name?: string;
  readonly children: ComponentChildren;
  act(): void;
}

function Pill({ on, name, children, act }: PillProps) {
  return (
    <button class="sd-filter" aria-pressed={on} aria-label={name} title={name} onClick={act}>
      {children}
    </button>
  );
}

/** What is filtered by, each to be taken away by a click. */
export function Chips({ find, set }: FilterProps) {
  const chips = chipsOf(find, useStudio().catalog.value);
  if (!chips.length) return null;
  return (
    <ul class="sd-chips" aria-label="Filters in use">
      {chips.map(({ key, label, less }) => (
        <li key={key}>
          <button class="sd-chip-off" aria-label={`Remove the filter ${label}`} onClick={() => set(less)}>
            {label}
            <Icon name="close" />
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button class="sd-link" onClick={() => set(withoutFilters(find))}>
            Clear all filters
          </button>
        </li>
      )}
    </ul>
  );
}

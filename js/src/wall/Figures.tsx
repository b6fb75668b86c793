/** Under a clip: the measures chosen, or the one it is coloured by. */

import { Icon } from "../shared/parts/Icon";
import { colourOf, figure, inShort, LEGEND, valueOf, withUnit } from "./measures";
import type { Cell } from "../protocol.gen";
import { nameOf, useWall } from "./view";

export function TileFigures({ cell }: { cell: Cell }) {
  const { state, measures } = useWall();
  const scale = measures.heat.value;
  if (scale) {
    const value = valueOf(cell, scale.measure);
    const none = value === undefined || value === null;
    return (
      <span class="wl-figures wl-heat" data-none={none} aria-hidden="true" style={none ? undefined : colourOf(scale, value)}>
        <b>{none ? "n/a" : withUnit(scale.measure, value)}</b>
        <span>{scale.measure.title}</span>
      </span>
    );
  }
  if (!measures.shown.value.length) return null;
  const texts = state.measures.flatMap((measure) => {
    const value = measures.shown.value.includes(measure.name) ? valueOf(cell, measure) : null;
    return value === null || value === undefined ? [] : [inShort(measure, value)];
  });
  return (
    <span class="wl-figures" aria-hidden="true">
      {cell.measures ? texts.map((text) => <span key={text}>{text}</span>) : cell.saved && <span>not measured yet</span>}
    </span>
  );
}

/** All that is known of one clip, in words. */
export function AllFigures({ cell }: { cell: Cell }) {
  const { state } = useWall();
  if (!cell.measures) return null;
  const measured = state.measures.flatMap((measure) => {
    const value = valueOf(cell, measure);
    return value === null || value === undefined ? [] : [{ measure, value }];
  });
  return (
    <dl class="wl-facts" aria-label={`Measures of ${nameOf(cell)}`}>
      {measured.map(({ measure, value }) => (
        <div key={measure.name} title={measure.meaning}>
          <dt>{measure.title}</dt>
          <dd class="sd-num">{withUnit(measure, value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Which measures stand under the clips, and which one colours them. */
export function MeasuresPanel() {
  const { state, measures } = useWall();
  const { shown, heat } = measures;
  const toggle = (name: string): void => {
    shown.value = shown.value.includes(name) ? shown.value.filter((one) => one !== name) : [...shown.value, name];
  };
  return (
    <div class="wl-measures" role="group" aria-label="Measures">
      <span class="wl-chips" role="group" aria-label="Under each clip">
        {state.measures.map(({ name, title, meaning }) => (
          <button key={name} class="wl-chip" aria-pressed={shown.value.includes(name)} title={meaning} onClick={() => toggle(name)}>
            {title}
          </button>
        ))}
      </span>
      <label class="wl-colour">
        Colour by
        <select value={heat.value?.measure.name ?? ""} onChange={(event) => measures.colourBy(event.currentTarget.value || null)}>
          <option value="">nothing</option>
          {state.measures.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** What the colours say. */
export function Legend() {
  const { measures } = useWall();
  const scale = measures.heat.value;
  if (!scale) return null;
  const { measure, low, high } = scale;
  return (
    <p class="wl-legend" title={measure.meaning}>
      <b>{measure.title}</b>
      {low === null || high === null ? (
        <span>none of these clips has it</span>
      ) : (
        <span class="wl-legend-scale sd-num">
          {figure(low, measure.digits)}
          <i style={{ background: LEGEND }} />
          {withUnit(measure, high)}
        </span>
      )}
      <span class="sd-quiet wl-legend-meaning">{measure.meaning}</span>
      <button class="sd-tool" aria-label="No colours" title="No colours (h turns through the measures)" onClick={() => measures.colourBy(null)}>
        <Icon name="close" />
      </button>
    </p>
  );
}

/** The ways to look: all in a row, or as a menu where there is no room for that. */

import { Icon } from "../shared/parts/Icon";
import { Menu } from "../shared/parts/Menu";
import { MODES, needsOf, titleOf } from "./mode";
import { useWall } from "./view";

export function Modes() {
  const { mode, setMode, can } = useWall();
  return (
    <>
      <span class="wl-modes wl-modes-row" role="group" aria-label="View">
        {MODES.map(({ mode: one, title }) => (
          <button
            key={one}
            aria-pressed={mode.value === one}
            disabled={!can(one)}
            title={can(one) ? title : needsOf(one)}
            onClick={() => setMode(one)}
          >
            {title}
          </button>
        ))}
      </span>
      <span class="wl-modes-menu">
        <Menu
          className="sd-button"
          name={`View: ${titleOf(mode.value)}`}
          label={
            <>
              {titleOf(mode.value)} <Icon name="down" />
            </>
          }
          items={MODES.map(({ mode: one, title }) => ({
            label: title,
            detail: can(one) ? undefined : needsOf(one),
            act: () => setMode(one),
          }))}
        />
      </span>
    </>
  );
}

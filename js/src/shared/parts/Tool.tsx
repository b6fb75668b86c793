/** A button that shows an icon alone. */

import { Icon, type IconName } from "./Icon";

interface ToolProps {
  readonly icon: IconName;
  /** What it does: its name for a screen reader, and its tooltip unless `hint` says more. */
  readonly name: string;
  readonly hint?: string;
  readonly pressed?: boolean;
  readonly extra?: string;
  act(): void;
}

/** A button that is an icon. */
export function Tool({ icon, name, hint = name, pressed, extra = "", act }: ToolProps) {
  return (
    <button class={`sd-tool ${extra}`} title={hint} aria-label={name} aria-pressed={pressed} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

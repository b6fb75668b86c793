/** A button and the list it opens, in the top layer so that no output cell cuts it off. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface MenuItem {
  readonly label: ComponentChildren;
  readonly hint?: string;
  readonly detail?: string | undefined;
  act(): void;
}

interface MenuProps {
  readonly label: ComponentChildren;
  readonly name?: string;
  readonly className: string;
  readonly items: readonly MenuItem[];
}

export function Menu({ label, name, className, items }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const close = (refocus: boolean): void => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };

  useEffect(() => {
    const [panel, anchor] = [list.current, button.current];
    if (!isOpen || !panel || !anchor) return undefined;
    const closing = new AbortController();
    const { signal } = closing;
    if ("showPopover" in panel) {
      panel.showPopover();
      place(panel, anchor);
      panel.addEventListener("toggle", (event) => (event as ToggleEvent).newState === "closed" && setOpen(false), { signal });
    }
    panel.querySelector<HTMLElement>("button")?.focus();
    const view = panel.ownerDocument.defaultView;
    const leave = (event: Event): void => {
      if (!event.composedPath().includes(panel)) setOpen(false);
    };
    view?.addEventListener("scroll", leave, { signal, capture: true });
    view?.addEventListener("resize", leave, { signal });
    view?.addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(anchor)) leave(event);
    }, { signal, capture: true });
    return () => closing.abort();
  }, [isOpen]);

  const move = (event: KeyboardEvent): void => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = buttons.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close(event.key === "Escape");
    if (to !== undefined) buttons.at(to % buttons.length)?.focus();
    if (to !== undefined || event.key === "Escape") event.preventDefault();
  };

  return (
    <span class="sd-menu">
      <button
        ref={button}
        class={className}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={name}
        title={name}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </button>
      {isOpen && (
        <div ref={list} class="sd-menu-list" role="menu" popover="manual" onKeyDown={move}>
          {items.map((item, index) => (
            <button
              key={index}
              role="menuitem"
              tabIndex={-1}
              title={item.hint}
              onClick={() => {
                close(true);
                item.act();
              }}
            >
              <span>{item.label}</span>
              {item.detail && <small>{item.detail}</small>}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}

const GAP = 6;

/** Under the button, or above it where there is more room; never off the window's sides. */
export function place(panel: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = panel.ownerDocument.documentElement;
  const below = clientHeight - at.bottom - 2 * GAP;
  const above = at.top - 2 * GAP;
  const upward = panel.offsetHeight > below && above > below;
  panel.style.maxHeight = `${Math.max(120, upward ? above : below)}px`;
  panel.style.left = `${Math.max(GAP, Math.min(at.left, clientWidth - panel.offsetWidth - GAP))}px`;
  panel.style.top = `${upward ? Math.max(GAP, at.top - panel.offsetHeight - GAP) : at.bottom + GAP}px`;
}

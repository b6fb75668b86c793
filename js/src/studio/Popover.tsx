/** A button and the panel of controls it opens, in the top layer so that no output cell cuts it off. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { place } from "../shared/parts/Menu";

interface PopoverProps {
  readonly label: ComponentChildren;
  /** What the panel is for, as its name. */
  readonly name: string;
  readonly className: string;
  readonly children: ComponentChildren;
}

export function Popover({ label, name, className, children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const [el, anchor] = [panel.current, button.current];
    if (!isOpen || !el || !anchor) return undefined;
    const closing = new AbortController();
    const { signal } = closing;
    if ("showPopover" in el) {
      el.showPopover();
      place(el, anchor);
    }
    el.querySelector<HTMLElement>("button, input, select")?.focus();
    const view = el.ownerDocument.defaultView;
    const within = (event: Event): boolean => event.composedPath().some((node) => node === el || node === anchor);
    view?.addEventListener("pointerdown", (event) => within(event) || setOpen(false), { signal, capture: true });
    view?.addEventListener("scroll", (event) => within(event) || place(el, anchor), { signal, capture: true });
    view?.addEventListener("resize", () => place(el, anchor), { signal });
    return () => closing.abort();
  }, [isOpen]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  return (
    <span class="sd-menu">
      <button
        ref={button}
        class={className}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </button>
      {isOpen && (
        <div
          ref={panel}
          class="sd-menu-list sd-popover"
          role="dialog"
          aria-label={name}
          popover="manual"
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            close();
          }}
          // Tabbing out of it leaves it.
          onFocusOut={(event) => {
            const to = event.relatedTarget as Node | null;
            if (to && !event.currentTarget.contains(to)) setOpen(false);
          }}
        >
          {children}
          <button class="sd-button sd-popover-done" onClick={close}>
            Done
          </button>
        </div>
      )}
    </span>
  );
}

/** One view of a model: what belongs to this place on the page alone. */

import { type ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { MediaKind, Medium } from "./media";
import type { State } from "./state";

export interface View {
  readonly state: State;
  /** Unique on the page, for ids and radio groups: each bundle copy would count its own from zero. */
  readonly uid: string;
  /** Bring a control of this view to the person's attention. */
  focus(name: string): void;
}

const ViewContext = createContext<View | null>(null);
export const ViewProvider = ViewContext.Provider;

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("A part of Studio was rendered outside a view.");
  return view;
}

export const useStudio = (): State => useView().state;

const NOTHING: Medium = null;

/** A poster, thumbnail or clip, loaded while `wanted` and kept while on screen. */
export function useMedium(kind: MediaKind, id: number | string | null, wanted = true): Medium {
  const { media } = useStudio();
  const [medium, setMedium] = useState<ReadonlySignal<Medium> | null>(null);
  // Before the paint: what is at hand already must not flicker.
  useLayoutEffect(() => {
    if (id === null || !wanted) return undefined;
    const held = media.hold(kind, id);
    setMedium(held.medium);
    return () => {
      setMedium(null);
      held.release();
    };
  }, [kind, id, wanted]);
  return medium?.value ?? NOTHING;
}

export function urlOf(medium: Medium): string | undefined {
  return medium && "url" in medium ? medium.url : undefined;
}

/** The time now, ticking only while something runs. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return now / 1000;
}

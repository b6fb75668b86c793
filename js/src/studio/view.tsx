/** One view of a model: what belongs to this place on the page alone. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Asker } from "../shared/parts/Confirm";
import type { State } from "./state";
import type { Host } from "../shared/widget";

export interface View {
  readonly state: State;
  /** Unique on the page, for ids and radio groups: each bundle copy would count its own from zero. */
  readonly uid: string;
  readonly host: Host | undefined;
  /** Bring a control of this view to the person's attention. */
  focus(name: string): void;
  /** To what is under way. */
  toQueue(): void;
}

const ViewContext = createContext<View | null>(null);
export const ViewProvider = ViewContext.Provider;

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("A part of Studio was rendered outside a view.");
  return view;
}

export const useStudio = (): State => useView().state;

/** For a question within this view. */
export function useAsker(): Asker {
  const { uid, focus, state } = useView();
  return { uid, focus, announce: state.announce };
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

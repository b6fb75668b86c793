/** The ways to look at clips, as the header shows them. */

export type Mode = "grid" | "wipe" | "difference" | "onion" | "blink" | "given";

interface ModeRow {
  readonly mode: Mode;
  readonly title: string;
  /** What it takes, when it cannot be had. */
  readonly needs?: string;
}

const TWO = "Choose two clips first: click them, or press Enter on them.";

export const MODES: readonly ModeRow[] = [
  { mode: "grid", title: "Grid" },
  { mode: "wipe", title: "Wipe", needs: TWO },
  { mode: "difference", title: "Difference", needs: TWO },
  { mode: "onion", title: "Onion skin", needs: TWO },
  { mode: "blink", title: "Blink", needs: TWO },
  { mode: "given", title: "Given frame", needs: "None of these clips was made from a picture." },
];

const rowOf = (mode: Mode): ModeRow | undefined => MODES.find((row) => row.mode === mode);
export const titleOf = (mode: Mode): string => rowOf(mode)?.title ?? "";
export const needsOf = (mode: Mode): string => rowOf(mode)?.needs ?? "";

/** What each key does, once: the wall obeys this table and the sheet shows it. */

import { isTyping } from "../shared/host";
import { PACES } from "./comparing";
import type { Cell } from "../protocol.gen";
import type { Mode } from "./mode";
import { canPlay, type WallView } from "./view";

export interface KeyRow {
  /** As written on the sheet. */
  readonly shown: string;
  readonly what: string;
  readonly keys: readonly string[];
  /** What is thought of clips: not where there is only to look. */
  readonly changes?: true;
  act(view: WallView, key: string, cell: Cell | null): void;
}

const PAIRS: Readonly<Record<string, Mode>> = { w: "wipe", d: "difference", o: "onion", b: "blink" };

/** What the wall and a blind vote have both. */
const PLAY: KeyRow = { shown: "Space", what: "Play and pause all", keys: [" "], act: ({ conductor }) => conductor.toggle() };
const STEP: KeyRow = { shown: ", .", what: "One frame back, on", keys: [",", "."], act: ({ conductor }, key) => conductor.step(key === "," ? -1 : 1) };
const FIRST: KeyRow = { shown: "Home", what: "To the first frame", keys: ["Home"], act: ({ conductor }) => conductor.seek(0) };
const ZOOM: KeyRow = { shown: "+ − 0", what: "Zoom in, out, whole picture", keys: ["+", "=", "-", "0"], act: ({ lens }, key) => (key === "0" ? lens.reset() : lens.zoomBy(key === "-" ? 1 / 1.5 : 1.5)) };
const HELP: KeyRow = { shown: "?", what: "These keys", keys: ["?"], act: ({ sheet }) => void (sheet.value = true) };
const LOUDNESS: KeyRow = { shown: "l", what: "Hear all at one loudness, or as they are", keys: ["l"], act: ({ loudness }) => loudness.toggle() };

export const KEYS: readonly KeyRow[] = [
  PLAY,
  STEP,
  { shown: "[ ]", what: "Loop from here, to here", keys: ["[", "]"], act: ({ conductor }, key) => conductor.mark(key === "[" ? "a" : "b") },
  { shown: "\\", what: "Loop the whole again", keys: ["\\"], act: ({ conductor }) => conductor.clearLoop() },
  { shown: "r", what: "Ping-pong: forward and backward in turn", keys: ["r"], act: ({ conductor }) => conductor.setPingPong(!conductor.pingPong.value) },
  FIRST,
  { shown: "← ↑ ↓ →", what: "Move between clips", keys: [], act: () => undefined },
  { shown: "Enter", what: "Choose the clip, or no longer", keys: [], act: () => undefined },
  { shown: "m", what: "Hear the clip alone; mute all", keys: ["m"], act: ({ solo }, _key, cell) => void (cell && solo(cell)) },
  LOUDNESS,
  { shown: "h", what: "Colour by the next measure", keys: ["h"], act: ({ measures }) => measures.nextHeat() },
  { shown: "s", what: "Star", keys: ["s"], changes: true, act: ({ state }, _key, cell) => void (cell && state.judging.star(cell)) },
  { shown: "1 … 5", what: "Rate; again takes it back", keys: ["1", "2", "3", "4", "5"], changes: true, act: ({ state }, key, cell) => void (cell && canPlay(cell) && state.judging.rate(cell, Number(key))) },
  { shown: "t n", what: "Add a tag, write a note; Esc leaves", keys: [], changes: true, act: () => undefined },
  { shown: "p", what: "The last two chosen as a pair; back", keys: ["p"], act: ({ mode, setMode }) => setMode(mode.value === "grid" ? "wipe" : "grid") },
  { shown: "w d o b", what: "Pair: wipe, difference, onion skin, blink", keys: Object.keys(PAIRS), act: ({ setMode }, key) => setMode(PAIRS[key] ?? "wipe") },
  { shown: "; '", what: "Edge, skin: less, more of A; blink: slower, faster", keys: [";", "'"], act: (view, key) => more(view, key === "'" ? 1 : -1) },
  { shown: "x", what: "Blink: swap by hand; given: wipe, side by side", keys: ["x"], act: (view) => swap(view) },
  { shown: "g", what: "Given frame against the real one; back", keys: ["g"], act: ({ mode, setMode }) => setMode(mode.value === "given" ? "grid" : "given") },
  { shown: "e", what: "Given: start or end frame", keys: ["e"], act: ({ comparing: { which } }) => void (which.value = which.value === "start" ? "end" : "start") },
  { shown: "v", what: "Blind vote on the chosen clips, or on all", keys: ["v"], changes: true, act: ({ voting }) => voting.start() },
  ZOOM,
  { shown: "Page ↑ ↓", what: "Previous, next page", keys: ["PageUp", "PageDown"], act: ({ state }, key) => state.turnTo(state.page.value.number + (key === "PageUp" ? -1 : 1)) },
  { shown: "Esc", what: "Out of the pair; choose none", keys: ["Escape"], act: (view) => leave(view) },
  HELP,
];

/** Those of a blind vote. Those of the wall that would tell or change something of a clip do nothing there. */
export const VOTE_KEYS: readonly KeyRow[] = [
  { shown: "← →", what: "A is better, B is better", keys: ["ArrowLeft", "ArrowRight"], act: ({ voting }, key) => voting.vote(key === "ArrowLeft" ? "A" : "B") },
  { shown: "↓ t", what: "Tie", keys: ["ArrowDown", "t"], act: ({ voting }) => voting.vote("tie") },
  { shown: "Enter", what: "On to the next pair", keys: ["Enter"], act: ({ voting }) => voting.proceed() },
  { shown: "u", what: "Take the last vote back", keys: ["u"], act: ({ voting }) => voting.undo() },
  { shown: "a b", what: "Hear A, hear B; mute", keys: ["a", "b"], act: ({ voting }, key) => voting.hear(key === "a" ? "A" : "B") },
  { ...PLAY, what: "Play and pause both" },
  STEP,
  FIRST,
  { ...LOUDNESS, what: "Hear both at one loudness, or as they are" },
  ZOOM,
  { shown: "Esc", what: "Back to the wall", keys: ["Escape"], act: ({ voting }) => voting.stop() },
  HELP,
];

/** The mouse's ways, for the sheet. */
export const GESTURES: readonly (readonly [string, string])[] = [
  ["Ctrl + wheel", "Zoom all clips at one place; a pinch too"],
  ["Drag", "Move what is zoomed"],
];

function more({ mode, comparing }: WallView, by: 1 | -1): void {
  const { edge, onion, pace, beside } = comparing;
  if (mode.value === "wipe" || (mode.value === "given" && !beside.value)) comparing.moveEdge(edge.value + 5 * by);
  if (mode.value === "onion") comparing.setOnion(onion.value + 5 * by);
  const at = PACES.findIndex((swaps) => swaps === pace.value) + by;
  if (mode.value === "blink") comparing.setPace(PACES[Math.min(PACES.length - 1, Math.max(0, at))] ?? pace.value);
}

function swap({ mode, comparing }: WallView): void {
  if (mode.value === "blink") comparing.swap();
  if (mode.value === "given") comparing.beside.value = !comparing.beside.value;
}

function leave({ mode, setMode, state }: WallView): void {
  if (mode.value !== "grid") setMode("grid");
  else if (state.selection.value.length) state.clear();
}

/** Acts on a key unless the control it was pressed on has a use for it; says whether it did. */
export function obey(view: WallView, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target as HTMLElement;
  if (target.closest("[role=menu], [role=dialog], dialog, select")) return false;
  const { key } = event;
  if (isTyping(target)) return false;
  if (view.voting.on.value) return obeyVote(view, target, key);
  const { readOnly } = view.state;
  if (!readOnly && (key === "t" || key === "n")) return write(target, key === "t" ? "Add a tag" : "Note");
  const onTile = target.closest(".wl-tile") !== null;
  // A button is pressed by the space bar, a slider moved by Home and the page keys.
  if (key === " " && !onTile && target.closest("button")) return false;
  if (target.closest("input") && (key === "Home" || key.startsWith("Page"))) return false;
  const row = KEYS.find(({ keys, changes }) => keys.includes(key) && !(changes && readOnly));
  if (!row) return onTile && walk(target, key);
  row.act(view, key, currentCell(view));
  return true;
}

/** A slider has a use for the arrows, and a button for what presses it. */
function obeyVote(view: WallView, target: HTMLElement, key: string): boolean {
  if (target.closest("input") && (key === "Home" || key.startsWith("Arrow"))) return false;
  if (target.closest("button") && (key === " " || key === "Enter")) return false;
  const row = VOTE_KEYS.find(({ keys }) => keys.includes(key));
  row?.act(view, key, null);
  return row !== undefined;
}

/** To that field of the first clip below the wall. */
function write(target: HTMLElement, name: string): boolean {
  target.closest(".wl-shell")?.querySelector<HTMLElement>(`.wl-strips [aria-label="${name}"]`)?.focus();
  return true;
}

export function currentCell({ state, current, mode, pair, given }: WallView): Cell | null {
  if (mode.value === "given") return given.value;
  const cells = mode.value === "grid" ? state.page.value.cells : (pair.value ?? []);
  const found = cells.find((cell) => cell?.gid === current.value);
  return found ?? cells.find((cell) => cell !== null) ?? null;
}

/** To the next clip in that direction, as they hang. */
function walk(tile: HTMLElement, key: string): boolean {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!way) return false;
  const here = centre(tile);
  const [dx = 0, dy = 0] = way;
  let best: HTMLElement | undefined;
  let least = Infinity;
  for (const other of tile.parentElement?.querySelectorAll<HTMLElement>(".wl-tile") ?? []) {
    const [x, y] = centre(other);
    const along = (x - here[0]) * dx + (y - here[1]) * dy;
    const aside = Math.abs((x - here[0]) * dy) + Math.abs((y - here[1]) * dx);
    if (along > 2 && along + 4 * aside < least) {
      least = along + 4 * aside;
      best = other;
    }
  }
  best?.focus();
  return true;
}

function centre(el: HTMLElement): readonly [number, number] {
  const { left, top, width, height } = el.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}

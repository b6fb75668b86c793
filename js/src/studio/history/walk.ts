/** Moving among the rows of the history by keys, whether they are drawn yet or not. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../../protocol.gen";
import { useStudio } from "../view";
import type { Found } from "./rows";
import { blockOf, type Layout, type Piece, topOf, type Viewport } from "./window";

/** What a list of the history's rows is given. */
export interface RowsProps {
  readonly found: Found;
  /** The clip in the player. */
  readonly playing: number | null;
  open(row: Row): void;
  /** Choose a row, or no longer; with `from`, all from the last one chosen on, or from that row if there is none. */
  pick(index: number, from: number | null): void;
  openWall(sweep: string): void;
}

export interface Walk {
  /** The row that the Tab key stops at. */
  readonly stop: number;
  onFocus(event: FocusEvent): void;
  onKeyDown(event: KeyboardEvent): void;
  onKeyUp(event: KeyboardEvent): void;
  /** Ctrl, Cmd or Shift with a click chooses; whether it did. */
  picks(event: MouseEvent, index: number): boolean;
}

export function useWalk(props: RowsProps, view: Viewport, layout: Layout, pieces: readonly Piece[]): Walk {
  const { choice } = useStudio();
  const { found, playing, pick } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const wanted = useRef<number | null>(null);
  const isShown = (index: number): boolean => pieces.some(({ from, to }) => index >= from && index < to);
  const firstShown = (): number => {
    for (const { from, to } of pieces) {
      for (let index = from; index < to; index++) if (found.at(index)?.gid === playing) return index;
    }
    return pieces.find(({ from, to }) => from < to)?.from ?? 0;
  };

  // The row gone to is drawn later, and once more when it has come from the kernel.
  useLayoutEffect(() => {
    const [box, index] = [view.box.current, wanted.current];
    if (!box || index === null) return;
    const { activeElement } = box.getRootNode() as Document | ShadowRoot;
    const away = activeElement && activeElement !== box.ownerDocument.body && !box.contains(activeElement);
    const target = box.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (away || (target && found.at(index))) wanted.current = null;
    if (!away && target && target !== activeElement) target.focus({ preventScroll: true });
  });

  const go = (index: number): void => {
    const box = view.box.current;
    if (!box || index < 0 || index >= found.total) return;
    const top = topOf(layout, index);
    if (top < box.scrollTop) box.scrollTop = Math.max(0, top - layout.line / 3);
    else if (top + layout.line > box.scrollTop + box.clientHeight) box.scrollTop = top + layout.line - box.clientHeight;
    wanted.current = index;
    setCursor(index);
    view.onScroll();
  };

  return {
    stop: cursor !== null && isShown(cursor) ? cursor : firstShown(),
    onFocus(event) {
      const index = indexOf(event);
      if (index !== null) setCursor(index);
    },
    onKeyDown(event) {
      const at = indexOf(event);
      if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
      const { key, shiftKey } = event;
      const to = destination(key, at, layout, found.total);
      if (to !== null) {
        if (shiftKey) pick(to, at);
        go(to);
      } else if (key === " " || key === "x" || key === "X") pick(at, shiftKey ? at : null);
      else if (key === "Escape" && choice.gids.value.length) choice.clear();
      else return;
      event.preventDefault();
    },
    onKeyUp(event) {
      // Some browsers press a button when the space bar is let go.
      if (event.key === " " && indexOf(event) !== null) event.preventDefault();
    },
    picks(event, index) {
      const { shiftKey, ctrlKey, metaKey } = event;
      if (shiftKey || ctrlKey || metaKey) pick(index, shiftKey ? index : null);
      return shiftKey || ctrlKey || metaKey;
    },
  };
}

function indexOf({ target }: Event): number | null {
  const { index } = (target as HTMLElement).dataset;
  return index === undefined ? null : Number(index);
}

function destination(key: string, at: number, layout: Layout, total: number): number | null {
  const { columns } = layout;
  switch (key) {
    case "ArrowLeft":
      return columns > 1 ? at - 1 : null;
    case "ArrowRight":
      return columns > 1 ? at + 1 : null;
    case "ArrowUp":
      return above(layout, at);
    case "ArrowDown":
      return below(layout, at);
    case "Home":
      return 0;
    case "End":
      return total - 1;
    default:
      return null;
  }
}

/** The row in the same column of the line before, which may belong to another group. */
function above({ blocks, columns }: Layout, at: number): number {
  const place = blockOf(blocks, at);
  const [block, before] = [blocks[place], blocks[place - 1]];
  if (!block || at - block.first >= columns) return at - columns;
  if (!before) return -1;
  const lastLine = Math.floor((before.count - 1) / columns) * columns;
  return before.first + Math.min(before.count - 1, lastLine + (at - block.first));
}

function below({ blocks, columns }: Layout, at: number): number {
  const place = blockOf(blocks, at);
  const [block, next] = [blocks[place], blocks[place + 1]];
  if (!block) return at;
  const [here, last] = [at - block.first, Math.floor((block.count - 1) / columns)];
  if (Math.floor(here / columns) < last) return block.first + Math.min(block.count - 1, here + columns);
  return next ? next.first + Math.min(next.count - 1, here % columns) : at;
}

/** Which of many rows are on screen: only those, and a few beyond each edge, are drawn. */

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Group } from "../../protocol.gen";

/** A run of rows that stand together; all heights are pixels. */
export interface Piece {
  readonly group: Group | null;
  /** Whether the group's heading is among what is drawn. */
  readonly headed: boolean;
  /** Rows, the last one excluded. */
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

interface Block {
  readonly group: Group | null;
  readonly first: number;
  readonly count: number;
  readonly top: number;
  readonly head: number;
}

export interface Layout {
  readonly height: number;
  readonly columns: number;
  readonly line: number;
  readonly blocks: readonly Block[];
}

/** Lines drawn beyond each edge. */
const BEYOND = 3;

export function layOut(total: number, groups: readonly Group[] | null, columns: number, line: number, head: number): Layout {
  const blocks: Block[] = [];
  let [top, first] = [0, 0];
  for (const group of groups ?? [null]) {
    const count = group?.count ?? total;
    const block = { group, first, count, top, head: group ? head : 0 };
    blocks.push(block);
    first += count;
    top += block.head + Math.ceil(count / columns) * line;
  }
  return { height: top, columns, line, blocks };
}

/** What to draw between two heights. */
export function piecesIn({ blocks, columns, line }: Layout, top: number, bottom: number): readonly Piece[] {
  const [from, to] = [top - BEYOND * line, bottom + BEYOND * line];
  return blocks.slice(firstAt(blocks, from)).flatMap((block) => {
    const { group, first, count, head } = block;
    if (block.top >= to) return [];
    const rows = block.top + head;
    const start = Math.max(0, Math.floor((from - rows) / line)) * columns;
    const end = Math.min(count, Math.max(0, Math.ceil((to - rows) / line)) * columns);
    const headed = group !== null && rows > from;
    if (start >= end && !headed) return [];
    return [{ group, headed, from: first + start, to: first + end, top: headed ? block.top : rows + (start / columns) * line }];
  });
}

/** The place of the block that a row is in. */
export function blockOf(blocks: readonly Block[], row: number): number {
  let place = blocks.length - 1;
  while (place > 0 && (blocks[place]?.first ?? 0) > row) place--;
  return place;
}

/** How high a row stands. */
export function topOf({ blocks, columns, line }: Layout, row: number): number {
  const block = blocks[blockOf(blocks, row)];
  return block ? block.top + block.head + Math.floor((row - block.first) / columns) * line : 0;
}

function firstAt(blocks: readonly Block[], height: number): number {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((blocks[middle]?.top ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

export interface Viewport {
  readonly box: { readonly current: HTMLDivElement | null };
  readonly width: number;
  readonly top: number;
  readonly height: number;
  onScroll(): void;
}

/** The part of a scrolled box that is seen, in steps of `step` pixels so that not every pixel draws anew. */
export function useViewport(step: number): Viewport {
  const box = useRef<HTMLDivElement>(null);
  const [{ width, height, top }, setSeen] = useState({ width: 0, height: 0, top: 0 });
  const look = (): void => {
    const el = box.current;
    if (!el) return;
    const seen = { width: el.clientWidth, height: el.clientHeight, top: Math.floor(el.scrollTop / step) * step };
    setSeen((was) => (was.width === seen.width && was.height === seen.height && was.top === seen.top ? was : seen));
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [step]);
  return { box, width, top, height: height + step, onScroll: look };
}

/** The height of what `selector` finds, as drawn, from a guess. */
export function useHeight(box: { readonly current: HTMLElement | null }, selector: string, guess: number): number {
  const [height, setHeight] = useState(guess);
  useLayoutEffect(() => {
    const found = box.current?.querySelector<HTMLElement>(selector)?.getBoundingClientRect().height;
    if (found && Math.abs(found - height) > 0.5) setHeight(found);
  });
  return height;
}

/** The same layout until one of its measures changes. */
export function useLayout(total: number, groups: readonly Group[] | null, columns: number, line: number, head: number): Layout {
  return useMemo(() => layOut(total, groups, columns, line, head), [total, groups, columns, line, head]);
}

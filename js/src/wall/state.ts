/** Everything the views of one wall share: the kernel's snapshots, the selection, the judgements and the clips. */

import { batch, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import { createMedia, type Media } from "../shared/media";
import { createJudging, type Judging } from "../shared/judging";
import type { Cell, Judgement, Measure, Page, Standing, WallRequests, WallTraits } from "../protocol.gen";
import { connect, RequestError, textOf, type Transport, type Model } from "../shared/transport";
import { createWaves, type Waves } from "./waves";

export interface WallState {
  readonly kernel: Transport<WallRequests>;
  readonly page: ReadonlySignal<Page>;
  /** Nothing here is judged, voted on or promoted. */
  readonly readOnly: boolean;
  /** In the order they were chosen. */
  readonly selection: ReadonlySignal<readonly Cell[]>;
  readonly media: Media;
  readonly measures: readonly Measure[];
  /** By the votes. */
  readonly standing: ReadonlySignal<Standing>;
  readonly waves: Waves;
  readonly announcement: ReadonlySignal<string>;
  announce(text: string): void;
  /** Choose a clip, or no longer. */
  toggle(cell: Cell): void;
  clear(): void;
  turnTo(page: number): void;
  readonly judging: Judging;
}

/** Milliseconds. */
const TOLD_FOR = 6_000;

export function createState(model: Model<WallTraits>, signal: AbortSignal): WallState {
  const kernel: Transport<WallRequests> = connect(model, signal);
  const media = createMedia((kind, id) => kernel.request(kind === "thumb" ? "poster" : kind, { gid: Number(id) }), signal);
  const page = makeSignal(model.get("_page"));
  const selection = makeSignal(model.get("_selection"));
  // What a person did shows at once; the kernel's word counts again when all of it has been answered.
  let unanswered = 0;
  const listen = (): void => {
    kernel.heard();
    if (unanswered) return;
    batch(() => {
      page.value = model.get("_page");
      selection.value = model.get("_selection");
    });
  };
  model.on("change:_page", listen);
  model.on("change:_selection", listen);

  const standing = makeSignal(model.get("_standing"));
  model.on("change:_standing", () => {
    kernel.heard();
    standing.value = model.get("_standing");
  });

  const announcement = makeSignal("");
  let silence: ReturnType<typeof setTimeout> | undefined;
  const announce = (text: string): void => {
    clearTimeout(silence);
    announcement.value = text;
    silence = setTimeout(() => (announcement.value = ""), TOLD_FOR);
  };
  signal.addEventListener("abort", () => clearTimeout(silence));

  /** Says whether it was done; a failure is told. */
  const act = async (request: Promise<unknown>): Promise<boolean> => {
    unanswered++;
    try {
      await request;
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      announce(textOf(error));
      return false;
    } finally {
      unanswered--;
      listen();
    }
  };

  const choose = (cells: readonly Cell[]): void => {
    selection.value = cells;
    void act(kernel.request("select", { gids: cells.map(({ gid }) => gid) }));
  };

  const judge = (gid: number, judgement: Judgement): Promise<boolean> => {
    const judged = <C extends Cell | null>(cell: C): C => (cell?.gid === gid ? { ...cell, ...judgement } : cell);
    batch(() => {
      page.value = { ...page.value, cells: page.value.cells.map(judged) };
      selection.value = selection.value.map(judged);
    });
    return act(kernel.request("judge", { gid, ...judgement }));
  };

  return {
    kernel,
    page,
    readOnly: model.get("_read_only"),
    selection,
    media,
    measures: model.get("_measures"),
    standing,
    waves: createWaves(kernel),
    announcement,
    announce,
    toggle(cell) {
      const others = selection.value.filter(({ gid }) => gid !== cell.gid);
      choose(others.length < selection.value.length ? others : [...others, cell]);
    },
    clear: () => choose([]),
    turnTo(number) {
      if (number >= 0 && number < page.value.count && number !== page.value.number) void act(kernel.request("page", { number }));
    },
    judging: createJudging(judge, kernel, announce),
  };
}

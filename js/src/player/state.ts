/** What the player is given by the widget it stands in. */

import type { ReadonlySignal } from "@preact/signals";
import type { Judging } from "../shared/judging";
import type { Media } from "../shared/media";
import type { Row } from "../protocol.gen";
import type { Transport } from "../shared/transport";

export interface PlayerState {
  readonly kernel: Pick<Transport, "life">;
  /** Nothing here is judged. */
  readonly readOnly: boolean;
  readonly selected: ReadonlySignal<Row | null>;
  /** A clip that has just become ready here and starts by itself, without sound. */
  readonly fresh: ReadonlySignal<number | null>;
  /** A clip that has come while somebody was at another: it is shown when they say so. */
  readonly offered: ReadonlySignal<Row | null>;
  readonly judging: Judging;
  readonly media: Media;
  /** The latest news, as a line under the player that screen readers read out. */
  readonly announcement: ReadonlySignal<string>;
  announce(text: string): void;
  select(row: Row | null): void;
  /** Somebody has laid hands on the player: the clip in it stays until they choose another, or generate. */
  touch(): void;
  /** `isBusy` says whether somebody is at work on the clip in a view's player right now. Returns what ends that. */
  watch(isBusy: () => boolean): () => void;
}

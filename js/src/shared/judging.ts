/** What a person says of clips: star, rating, tags and note, in Studio's player and on the wall alike. */

import { type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Judgement, SharedRequests } from "../protocol.gen";
import { RequestError, textOf, type Transport } from "./transport";

/** A clip as far as it can be judged. */
export interface Judged {
  readonly gid: number;
  readonly star: boolean;
  readonly rating: number | null;
  readonly tags: readonly string[];
  readonly note: string;
}

export interface Judging {
  star(clip: Judged): void;
  /** Rating again what a clip has takes the rating back. */
  rate(clip: Judged, rating: number): void;
  setTags(clip: Judged, tags: readonly string[]): void;
  /** Those in use in the project, of most clips first. */
  tagsInUse(): Promise<readonly string[]>;
  /** What is being written and the kernel does not have yet. It outlives every snapshot, and a failure to keep it. */
  draft(clip: Judged): string | undefined;
  write(clip: Judged, text: string): void;
  keep(clip: Judged): void;
}

/** As the kernel allows; letters. */
export const LONGEST = { tag: 40, note: 2_000 } as const;
export const MOST_TAGS = 20;

type Asking = Pick<Transport<Pick<SharedRequests, "tags">>, "request">;

/** `judge` says whether the kernel has kept it; a failure it tells itself. */
export function createJudging(
  judge: (gid: number, judgement: Judgement) => Promise<boolean>,
  kernel: Asking,
  announce: (text: string) => void,
): Judging {
  const drafts = makeSignal<ReadonlyMap<number, string>>(new Map());
  const onTheirWay = new Map<number, string>();
  const setDraft = (gid: number, text: string | undefined): void => {
    const next = new Map(drafts.value);
    if (text === undefined) next.delete(gid);
    else next.set(gid, text);
    drafts.value = next;
  };
  return {
    star({ gid, star }) {
      void judge(gid, { star: !star });
      announce(star ? "Star taken away." : "Starred.");
    },
    rate({ gid, rating: before }, rating) {
      const taken = before === rating;
      void judge(gid, { rating: taken ? null : rating });
      announce(taken ? "Rating taken back." : `Rated ${rating} of 5.`);
    },
    setTags: ({ gid }, tags) => void judge(gid, { tags }),
    tagsInUse: () =>
      kernel.request("tags", {}).then(
        ({ value }) => value.tags,
        (error: unknown) => {
          // Without them a tag can still be written.
          if (error instanceof RequestError) return [];
          throw error;
        },
      ),
    draft: ({ gid }) => drafts.value.get(gid),
    write: ({ gid, note }, text) => setDraft(gid, text === note ? undefined : text),
    keep({ gid }) {
      const text = drafts.value.get(gid);
      if (text === undefined || onTheirWay.get(gid) === text) return;
      onTheirWay.set(gid, text);
      void judge(gid, { note: text.trim() }).then((kept) => {
        if (onTheirWay.get(gid) === text) onTheirWay.delete(gid);
        if (kept && drafts.value.get(gid) === text) setDraft(gid, undefined);
      });
    },
  };
}

export interface Opinions {
  judge(gid: number, judgement: Judgement): Promise<boolean>;
  /** A row with what was said of it and its snapshot does not have yet. */
  over<R extends Judged>(row: R): R;
  /** A snapshot has come: it has all that was answered. */
  settle(): void;
}

/** What was said shows at once, until snapshots have it. */
export function createOpinions(kernel: Pick<Transport, "request">, announce: (text: string) => void): Opinions {
  const said: ReadonlySignal<ReadonlyMap<number, Judgement>> & { value: ReadonlyMap<number, Judgement> } = makeSignal(new Map());
  let unanswered = 0;
  return {
    async judge(gid, judgement) {
      said.value = new Map(said.value).set(gid, { ...said.value.get(gid), ...judgement });
      unanswered++;
      try {
        await kernel.request("judge", { gid, ...judgement });
        return true;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const next = new Map(said.value);
        next.delete(gid);
        said.value = next;
        announce(textOf(error));
        return false;
      } finally {
        unanswered--;
      }
    },
    over: (row) => ({ ...row, ...said.value.get(row.gid) }),
    settle() {
      if (!unanswered && said.value.size) said.value = new Map();
    },
  };
}

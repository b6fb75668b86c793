/** Everything the views of one model share: the kernel's snapshots as signals, the draft, media and submission. */

import { batch, computed, effect, type ReadonlySignal, signal as makeSignal, untracked } from "@preact/signals";
import { type Again, createAgain } from "./history/again";
import { type Choice, createChoice } from "./history/choice";
import { createDraft, type Draft } from "./composer/draft";
import { createFrames, type Frames } from "./composer/frames";
import { shorten } from "../shared/format";
import { createJudging, createOpinions, type Judging } from "../shared/judging";
import { createMedia, type Media } from "../shared/media";
import type { Endpoint, HistoryTrait, Job, JobsTrait, Lab, Row, StudioRequests, StudioTraits } from "../protocol.gen";
import { createSubmission, type Submission } from "./composer/submission";
import { connect, textOf, type Transport, type Model } from "../shared/transport";

export interface State {
  readonly kernel: Transport<StudioRequests>;
  readonly catalog: ReadonlySignal<readonly Endpoint[]>;
  readonly lab: ReadonlySignal<Lab>;
  /** Nothing here spends, sends or changes anything. */
  readonly readOnly: boolean;
  readonly jobs: ReadonlySignal<JobsTrait>;
  /** How many jobs are under way, shown or not. */
  readonly underWay: ReadonlySignal<number>;
  readonly history: ReadonlySignal<HistoryTrait>;
  readonly selected: ReadonlySignal<Row | null>;
  /** A reference to the wall's model while it is shown. */
  readonly wall: ReadonlySignal<string | null>;
  /** A clip that has just become ready here and starts by itself, without sound. */
  readonly fresh: ReadonlySignal<number | null>;
  /** A clip that has come while somebody was at another: it is shown when they say so. */
  readonly offered: ReadonlySignal<Row | null>;
  /** What is chosen in the history, to be compared, run again or exported. */
  readonly choice: Choice;
  readonly again: Again;
  readonly judging: Judging;
  readonly draft: Draft;
  readonly frames: Frames;
  readonly media: Media;
  readonly submission: Submission;
  /** The latest news, as a line under the player that screen readers read out. */
  readonly announcement: ReadonlySignal<string>;
  announce(text: string): void;
  select(row: Row | null): void;
  /** For acts whose failure is told in the announcement line. */
  attempt(act: Promise<unknown>): void;
  /** Somebody has laid hands on the player: the clip in it stays until they choose another, or generate. */
  touch(): void;
  /** `isBusy` says whether somebody is at work on the clip in a view's player right now. Returns what ends that. */
  watch(isBusy: () => boolean): () => void;
}

/** Milliseconds. */
const TOLD_FOR = 8_000;

/** With more jobs under way than this, only what goes wrong is told. */
const FEW = 4;

export const isActive = (job: Job): boolean => job.ended === null;

const ENDINGS: Readonly<Partial<Record<string, string>>> = {
  FAILED: "Failed",
  CANCELLED: "Cancelled",
  UNCONFIRMED: "Not confirmed",
  COMPLETED: "Not saved",
};

/** What became of a job that ended without its clip. In any other status its kernel could not go on with it. */
export const ending = (status: string): string => ENDINGS[status] ?? "Let go";

export function createState(model: Model<StudioTraits>, signal: AbortSignal): State {
  const kernel: Transport<StudioRequests> = connect(model, signal);
  const trait = <K extends keyof StudioTraits>(name: K, then?: () => void): ReadonlySignal<StudioTraits[K]> => {
    const value = makeSignal(model.get(name));
    model.on(`change:${name}`, () => {
      kernel.heard();
      value.value = model.get(name);
      then?.();
    });
    return value;
  };

  const catalog = trait("_catalog");
  const lab = trait("_lab");
  const jobs = trait("_jobs");
  const underWay = computed(() => Object.values(jobs.value.counts).reduce((sum, count) => sum + count, 0));
  const history = trait("_history", () => opinions.settle());
  const wall = trait("_wall");
  const chosenTrait = trait("_chosen", () => choice.receive());
  const draftTrait = trait("_draft", () => draft.receive());
  const draft = createDraft(kernel, catalog, draftTrait, signal);
  const media = createMedia(
    (kind, id) =>
      kind === "thumb"
        ? kernel.request(kind, { frame: String(id) })
        : kernel.request(kind === "clip" ? kind : "poster", { gid: Number(id) }),
    signal,
  );

  const announcement = makeSignal("");
  let silence: ReturnType<typeof setTimeout> | undefined;
  const announce = (text: string): void => {
    clearTimeout(silence);
    announcement.value = text;
    silence = setTimeout(() => (announcement.value = ""), TOLD_FOR);
  };
  const submission = createSubmission(kernel, draft, announce, signal);
  const opinions = createOpinions(kernel, announce);

  const chosen = makeSignal<Row | null>(model.get("_selected"));
  // A chosen clip may be older than the newest ones the history's snapshot holds; where it is among them, that is newer.
  const selected = computed(() => {
    const row = history.value.rows.find(({ gid }) => gid === chosen.value?.gid) ?? chosen.value;
    return row && opinions.over(row);
  });
  const fresh = makeSignal<number | null>(null);
  const offered = makeSignal<Row | null>(null);
  const watchers = new Set<() => boolean>();
  let touched = false;
  // What they read is of the moment: nothing follows from a change of it.
  const isBusy = (): boolean => untracked(() => [...watchers].some((busy) => busy()));
  const show = (row: Row | null, isFresh = false): void =>
    batch(() => {
      // A newer one that comes by itself takes the place of an offer too.
      if (isFresh || offered.value?.gid === row?.gid) offered.value = null;
      fresh.value = row && isFresh ? row.gid : null;
      chosen.value = row;
    });

  // The choice shows at once; the kernel's word counts again when all that was said has been answered. Another page or
  // code may choose too, but takes the clip away from nobody.
  let unanswered = 0;
  let told = chosen.value?.gid;
  const follow = (): void => {
    const row = model.get("_selected");
    if (unanswered) return;
    const isNews = row?.gid !== told;
    told = row?.gid;
    if (row?.gid === chosen.value?.gid) chosen.value = row;
    else if (!isNews) return;
    else if (chosen.value && (isBusy() || (row?.auto && touched))) offered.value = row;
    else {
      if (chosen.value && !row?.auto) touched = true;
      show(row);
    }
  };
  model.on("change:_selected", () => {
    kernel.heard();
    follow();
  });

  const attempt = (act: Promise<unknown>): void => {
    act.catch((error: unknown) => {
      if (!(error instanceof Error)) throw error;
      announce(textOf(error));
    });
  };

  const choice = createChoice(kernel, chosenTrait, announce);

  const tell = (row: Row | null, auto: boolean): void => {
    unanswered++;
    const answered = kernel.request("select", { gid: row?.gid ?? null, ...(auto && { auto }) });
    attempt(
      answered
        .finally(() => unanswered--)
        // Refused, or with the kernel gone, the choice is still what a person looks at.
        .then(follow),
    );
  };
  const select = (row: Row | null): void => {
    touched = true;
    show(row);
    tell(row, false);
  };

  const seen = new Set(history.value.rows.map((row) => row.gid));
  const stopHistory = effect(() => {
    for (const row of history.value.rows) {
      if (seen.has(row.gid)) continue;
      seen.add(row.gid);
      if (!submission.isFirst(row.gid)) continue;
      announce(`Ready: ${shorten(row.prompt, 60)}`);
      const shown = untracked(() => chosen.value);
      if (shown && (touched || isBusy())) {
        if (shown.gid !== row.gid) offered.value = row;
        continue;
      }
      untracked(() => {
        show(row, true);
        tell(row, true);
      });
    }
  });
  const stopSending = effect(() => {
    if (submission.sending.value) touched = false;
  });

  const spoken = new Map(jobs.value.cards.map((job) => [job.gid, news(job)]));
  const stopJobs = effect(() => {
    for (const job of jobs.value.cards) {
      const word = news(job);
      if (spoken.get(job.gid) === word) continue;
      spoken.set(job.gid, word);
      if (!word || (isActive(job) && underWay.value > FEW)) continue;
      announce(`${word}: ${shorten(job.prompt, 60)}${job.error ? `. ${job.error.message}` : ""}`);
    }
    kernel.expectNews(() => underWay.value > 0);
  });
  signal.addEventListener("abort", () => {
    stopHistory();
    stopJobs();
    stopSending();
    clearTimeout(silence);
  });

  return {
    kernel,
    catalog,
    lab,
    readOnly: lab.value.read_only,
    jobs,
    underWay,
    history,
    selected,
    wall,
    fresh,
    offered,
    choice,
    again: createAgain(kernel, choice, announce, signal),
    draft,
    judging: createJudging(opinions.judge, kernel, announce),
    frames: createFrames(kernel, draft, media, signal),
    media,
    submission,
    announcement,
    announce,
    select,
    attempt,
    touch: () => void (touched = true),
    watch(busy) {
      watchers.add(busy);
      return () => void watchers.delete(busy);
    },
  };
}

function news(job: Job): string | undefined {
  if (!isActive(job)) return ending(job.status);
  return job.status === "IN_PROGRESS" ? "Started" : undefined;
}

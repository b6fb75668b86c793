/** The wall as a whole: its head, the clips or a pair of them, the bar and the strip. */

import { type ReadonlySignal, useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { countOf } from "../shared/format";
import { Icon } from "../shared/parts/Icon";
import { homeIn } from "../shared/host";
import { Guard } from "../shared/widget";
import { RUN_AGAIN } from "../shared/transport";
import { Bar } from "./Bar";
import { FRAMES } from "./conductor/clock";
import { AllFigures, Legend, MeasuresPanel } from "./Figures";
import { Given } from "./Given";
import { Grid } from "./Grid";
import { currentCell, obey } from "./keys";
import { Modes } from "./Modes";
import { Pair } from "./Pair";
import { Promote } from "./Promote";
import { Scores } from "./Scores";
import { Sheet } from "./Sheet";
import { Strip } from "./Strip";
import { Vote } from "./Vote";
import { canPlay, type WallView, WallProvider } from "./view";

export function Wall({ view, root }: { view: WallView; root: HTMLElement }) {
  return (
    <Guard>
      <WallProvider value={view}>
        <Shell view={view} root={root} />
      </WallProvider>
    </Guard>
  );
}

function Shell({ view, root }: { view: WallView; root: HTMLElement }) {
  const { state, mode, pair, sheet } = view;
  useTracks(view);
  useKeys(view, root);
  const { on, ballot, voted } = view.voting;
  useFocusKept(root, [mode, on, voted, state.page.value.number, ballot.value?.first.gid, ballot.value?.second.gid].join(" "));
  if (on.value) {
    return (
      <div class="wl-shell wl-voting">
        <Trouble view={view} />
        <Vote />
        <Bar />
        <Slowed view={view} />
        <Sparse view={view} />
        <p class="wl-said" role="status">
          {state.announcement}
        </p>
        {sheet.value && <Sheet />}
      </div>
    );
  }
  const given = mode.value === "given" ? view.given.value : null;
  const shown = mode.value === "grid" || given ? null : pair.value;
  const cell = currentCell(view);
  return (
    <div class="wl-shell">
      <Header view={view} />
      {view.measures.panel.value && <MeasuresPanel />}
      <Legend />
      <Trouble view={view} />
      {given ? <Given cell={given} /> : shown ? <Pair key={mode.value} pair={shown} mode={mode.value} /> : <Grid />}
      {!given && <Bar />}
      <Slowed view={view} />
      <Sparse view={view} />
      <div class="wl-strips">
        {shown ? shown.map((one, n) => <Strip key={one.gid} cell={one} side={n ? "B" : "A"} />) : cell && <Strip cell={cell} />}
      </div>
      {!shown && cell && <AllFigures cell={cell} />}
      {!state.readOnly && <Promote root={root} />}
      <Scores />
      <p class="wl-said" role="status">
        {state.announcement}
      </p>
      {sheet.value && <Sheet />}
    </div>
  );
}

function Header({ view }: { view: WallView }) {
  const { state, lens, measures, sheet, voting } = view;
  const { axes, total, count, number, name, project } = state.page.value;
  const chosen = state.selection.value.length;
  return (
    <div class="wl-header">
      <h2 class="wl-title">Wall</h2>
      <p class="sd-quiet wl-about">
        {axes.length ? axes.join(" × ") : project} · {countOf(total, "clip")}
        {chosen > 0 && ` · ${chosen} chosen`}
      </p>
      {count > 1 && (
        <span class="wl-pages" role="group" aria-label="Pages">
          <button class="sd-button" disabled={number === 0} aria-label="Previous page" onClick={() => state.turnTo(number - 1)}>
            ‹
          </button>
          <span class="sd-num wl-page-name">
            {number + 1} of {count}
            {name && ` · ${name}`}
          </span>
          <button class="sd-button" disabled={number === count - 1} aria-label="Next page" onClick={() => state.turnTo(number + 1)}>
            ›
          </button>
        </span>
      )}
      {lens.zoom.value > 1 && (
        <button class="sd-button" title="Show whole pictures (0)" onClick={lens.reset}>
          <span class="sd-num">{lens.zoom.value.toFixed(1)}×</span> <Icon name="close" />
        </button>
      )}
      <Modes />
      {!state.readOnly && (
        <button class="sd-button" title="Compare two clips at a time without knowing which they are (v)" onClick={voting.start}>
          Blind vote
        </button>
      )}
      <button
        class="sd-button"
        aria-expanded={measures.panel.value}
        title="Which measures stand under the clips, and which colours them (h)"
        onClick={() => (measures.panel.value = !measures.panel.value)}
      >
        Measures
      </button>
      <button class="sd-tool wl-help" aria-label="Keys" title="Keys (?)" onClick={() => (sheet.value = true)}>
        ?
      </button>
    </div>
  );
}

function Trouble({ view }: { view: WallView }) {
  const { kernel } = view.state;
  const { life } = kernel;
  if (life.value !== "gone" && life.value !== "silent") return null;
  return (
    <p class="wl-banner" role={life.value === "gone" ? "alert" : "status"}>
      <Icon name="broken" />
      {life.value === "gone" ? (
        <span>
          <b>{kernel.wasThere ? "The kernel restarted." : "This notebook was opened without its kernel."}</b> What is loaded
          still plays. To load and judge more: {RUN_AGAIN.toLowerCase()}
        </span>
      ) : (
        <span>
          <b>Waiting for the kernel.</b> A cell may be running. What you chose or rated was sent and will be taken when it
          answers.
        </span>
      )}
    </p>
  );
}

/** Slower on purpose rather than apart. */
function Slowed({ view }: { view: WallView }) {
  const { rate, granted } = view.conductor;
  const text = useComputed(() =>
    granted.value < rate.value
      ? `This computer cannot decode all of them in time at ${rate.value}×: all play at ${granted.value}×, in step.`
      : "",
  );
  return <Notice text={text} />;
}

/** Fewer pictures on purpose rather than apart, or slower than asked for. */
function Sparse({ view }: { view: WallView }) {
  const { granted, pictures } = view.conductor;
  const text = useComputed(() =>
    pictures.value !== null && pictures.value < 0.75 * FRAMES * granted.value
      ? `Browsers only play forward: backward all show ${Math.max(1, Math.round(pictures.value))} pictures a second, in step and without sound. A lower speed shows more of them.`
      : "",
  );
  return <Notice text={text} />;
}

function Notice({ text }: { text: ReadonlySignal<string> }) {
  return text.value ? (
    <p class="wl-banner" role="status">
      <Icon name="warn" />
      <span>{text}</span>
    </p>
  ) : null;
}

/** Tells the clock which clips are shown. */
function useTracks({ state, conductor, mode, pair, voting }: WallView): void {
  const { first, second } = voting.ballot.value ?? {};
  // Nothing plays beside a still picture.
  const cells = voting.on.value ? [first, second] : mode.value === "grid" ? state.page.value.cells : mode.value === "given" ? [] : (pair.value ?? []);
  const tracks = cells.flatMap((cell) => (cell && canPlay(cell) ? [cell] : []));
  const identity = tracks.map(({ gid, duration }) => `${gid}:${duration}`).join();
  useEffect(() => conductor.setTracks(tracks), [identity]);
}

/** Whoever works by keys still can when the clip that had the focus has given way to others. */
function useFocusKept(root: HTMLElement, shown: string): void {
  const within = useRef(false);
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    root.addEventListener("focusin", () => (within.current = true), { signal });
    root.addEventListener(
      "focusout",
      ({ target, relatedTarget }) => {
        const left = !(relatedTarget instanceof Node && root.contains(relatedTarget));
        // What is taken away loses the focus without anybody having left.
        if (left && target instanceof Node && target.isConnected) {
          queueMicrotask(() => target.isConnected && (within.current = false));
        }
      },
      { signal },
    );
    return () => listening.abort();
  }, [root]);
  useLayoutEffect(() => {
    if (!within.current || root.contains((root.getRootNode() as Document | ShadowRoot).activeElement)) return;
    homeIn(root)?.focus({ preventScroll: true });
  }, [shown]);
}

function useKeys(view: WallView, root: HTMLElement): void {
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    root.addEventListener(
      "keydown",
      (event) => {
        if (!obey(view, event)) return;
        event.preventDefault();
      },
      { signal },
    );
    root.addEventListener(
      "keyup",
      (event) => {
        // Some browsers press a button when the space bar is let go.
        if (event.key === " " && (event.target as HTMLElement).closest(".wl-tile")) event.preventDefault();
      },
      { signal },
    );
    return () => listening.abort();
  }, [view, root]);
}

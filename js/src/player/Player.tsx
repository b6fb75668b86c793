/** One clip, with its bar and what may stand in its place before it is there. */

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Row } from "../protocol.gen";
import { Icon } from "../shared/parts/Icon";
import { Note, Opinion, Rating, StarButton, Tags } from "../shared/parts/Judge";
import { Bar } from "./Bar";
import { Facts } from "./Facts";
import { createPlayback, type Playback } from "./playback";
import { Screen } from "./Screen";
import type { PlayerState } from "./state";

interface PlayerProps {
  readonly state: PlayerState;
  /** Stands in the place of a clip before there is one. */
  readonly welcome: ComponentChildren;
  /** Beside the latest news. */
  readonly aside: ComponentChildren;
  /** What can be done with the clip shown. */
  actions(row: Row): ComponentChildren;
}

/** One clip: its picture, its facts and what the person thinks of it. */
export function Player({ state, welcome, aside, actions }: PlayerProps) {
  const { selected, touch, watch, judging, announcement, announce } = state;
  const playback = useMemo(createPlayback, []);
  const player = useRef<HTMLElement>(null);
  const row = selected.value;

  useEffect(
    () =>
      watch(() => {
        const el = player.current;
        if (!el) return false;
        const { activeElement } = el.getRootNode() as Document | ShadowRoot;
        const clip = selected.peek();
        return (
          playback.isWatched() ||
          el.contains(el.ownerDocument.fullscreenElement) ||
          // A field that is written in, or the time line.
          (el.contains(activeElement) && activeElement?.matches("textarea, input") === true) ||
          (clip !== null && judging.draft(clip) !== undefined)
        );
      }),
    [],
  );

  return (
    <section
      ref={player}
      class="sd-player"
      aria-label="Player"
      onPointerDownCapture={touch}
      onKeyDownCapture={touch}
      onInputCapture={touch}
    >
      {row ? (
        <>
          <Stage row={row} state={state} playback={playback} />
          <Notice row={row} />
          <p class="sd-prompt-shown">{row.prompt}</p>
          <Facts row={row} announce={announce} />
          <Judgement row={row} state={state} />
          {actions(row)}
        </>
      ) : (
        welcome
      )}
      <div class="sd-last">
        <p class="sd-said" role="status">
          {announcement}
        </p>
        {aside}
      </div>
    </section>
  );
}

/** A new clip takes nobody's clip away: it waits here. */
function Offer({ state: { offered, select }, home }: { state: PlayerState; home(): void }) {
  const row = offered.value;
  return (
    <p class="sd-offer" aria-live="polite">
      {row && (
        <button
          class="sd-button"
          title={row.prompt}
          onClick={() => {
            select(row);
            home();
          }}
        >
          <Icon name="spark" />
          New clip ready: show
        </button>
      )}
    </p>
  );
}

/** What the person thinks of it. */
function Judgement({ row, state: { judging, kernel, readOnly } }: { row: Row; state: PlayerState }) {
  if (readOnly) return <Opinion clip={row} />;
  const words = { clip: row, judging };
  return (
    <fieldset class="sd-judgement" aria-label="Your judgement" disabled={kernel.life.value === "gone"}>
      <StarButton {...words} />
      <Rating {...words} />
      <Tags key={row.gid} {...words} />
      <Note key={`note ${row.gid}`} {...words} />
    </fieldset>
  );
}

/** A clip that is there, and not quite what was asked for. */
function Notice({ row: { notice, saved } }: { row: Row }) {
  if (!notice) return null;
  return (
    <div class="sd-outcome" role="note">
      <Icon name="warn" />
      <p>
        <b>{saved ? "Not quite as asked." : "Not on the kernel’s disk."}</b> {notice.message}{" "}
        <span class="sd-quiet">{notice.next_step}</span>
      </p>
    </div>
  );
}

/** A clip higher than this, for its width, stands in a wide stage between blurred sides. */
const TALLEST = 1.6;

function Stage({ row, state, playback }: { row: Row; state: PlayerState; playback: Playback }) {
  const ratio = row.width / row.height;
  const { judging, readOnly } = state;
  const stage = useRef<HTMLDivElement>(null);
  const home = (): void => stage.current?.focus({ preventScroll: true });
  const fullscreen = (): void => {
    const el = stage.current;
    // Refused in some embedded frames; then the clip simply stays where it is.
    if (el?.ownerDocument.fullscreenElement) void el.ownerDocument.exitFullscreen().catch(() => undefined);
    else void el?.requestFullscreen?.().catch(() => undefined);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // The seek bar and the buttons keep the keys that are theirs.
    const onControl = event.target !== stage.current;
    const act = {
      ",": () => playback.step(-1),
      ".": () => playback.step(1),
      m: () => playback.mute(!playback.silent.value),
      l: () => playback.setLoop(!playback.loop.value),
      f: fullscreen,
      ...(!readOnly && {
        s: () => judging.star(row),
        ...(/^[1-5]$/.test(event.key) && { [event.key]: () => judging.rate(row, Number(event.key)) }),
      }),
      ...(!onControl && {
        " ": () => playback.toggle(),
        ArrowLeft: () => playback.seek(playback.time.value - 1),
        ArrowRight: () => playback.seek(playback.time.value + 1),
        Home: () => playback.seek(0),
        End: () => playback.seek(Infinity),
      }),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div
      ref={stage}
      class="sd-stage"
      data-home
      tabIndex={0}
      role="group"
      aria-label={`Clip. Space plays, comma and full stop step by frame, arrow keys seek${readOnly ? "" : ", S stars, 1 to 5 rate"}.`}
      data-playing={!playback.paused.value}
      style={{ "--sd-ratio": ratio < TALLEST ? 16 / 9 : ratio }}
      onKeyDown={press}
    >
      <Screen key={row.gid} row={row} state={state} playback={playback} home={home} />
      <Offer state={state} home={home} />
      <Bar row={row} playback={playback} fullscreen={fullscreen} />
    </div>
  );
}

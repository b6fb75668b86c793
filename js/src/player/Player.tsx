import { useEffect, useMemo, useRef } from "preact/hooks";
import { isMac } from "../shared/host";
import type { Row } from "../shared/messages";
import { Icon } from "../shared/parts/Icon";
import { Note, Opinion, Rating, StarButton, Tags } from "../shared/parts/Judge";
import { useStudio, useView } from "../shared/view";
import { Actions } from "./Actions";
import { Bar } from "./Bar";
import { Facts } from "./Facts";
import { createPlayback, type Playback } from "./playback";
import { Screen } from "./Screen";
import { Welcome } from "./Welcome";

export function Player() {
  const { selected, touch, watch, judging, announcement, draft, readOnly } = useStudio();
  const { focus } = useView();
  const playback = useMemo(createPlayback, []);
  const player = useRef<HTMLElement>(null);
  const row = selected.value;

  const undo = (): void => {
    draft.undo();
    focus("generate");
  };

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
          <Stage row={row} playback={playback} />
          <Notice row={row} />
          <p class="sd-prompt-shown">{row.prompt}</p>
          <Facts row={row} />
          <Judgement row={row} />
          <Actions row={row} />
        </>
      ) : (
        <Welcome />
      )}
      <div class="sd-last">
        <p class="sd-said" role="status">
          {announcement}
        </p>
        {!readOnly && draft.replaced.value && (
          <button class="sd-link" title={`Take the settings back (${isMac() ? "⌘" : "Ctrl+"}Z)`} onClick={undo}>
            Undo
          </button>
        )}
      </div>
    </section>
  );
}

/** A new clip takes nobody's clip away: it waits here. */
function Offer({ home }: { home(): void }) {
  const { offered, select } = useStudio();
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
function Judgement({ row }: { row: Row }) {
  const { judging, kernel, readOnly } = useStudio();
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

function Stage({ row, playback }: { row: Row; playback: Playback }) {
  const ratio = row.width / row.height;
  const { judging, readOnly } = useStudio();
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
      tabIndex={0}
      role="group"
      aria-label={`Clip. Space plays, comma and full stop step by frame, arrow keys seek${readOnly ? "" : ", S stars, 1 to 5 rate"}.`}
      data-playing={!playback.paused.value}
      style={{ "--sd-ratio": ratio < TALLEST ? 16 / 9 : ratio }}
      onKeyDown={press}
    >
      <Screen key={row.gid} row={row} playback={playback} home={home} />
      <Offer home={home} />
      <Bar row={row} playback={playback} fullscreen={fullscreen} />
    </div>
  );
}

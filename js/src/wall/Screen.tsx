/** One clip's picture on the wall: its video, its poster or what became of it. */

import { type ReadonlySignal, useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { urlOf, useMedium } from "../shared/media";
import { Icon } from "../shared/parts/Icon";
import { FRAMES } from "./conductor/clock";
import { Film } from "./Film";
import type { Cell } from "../protocol.gen";
import { canPlay, useWall } from "./view";

interface ScreenProps {
  readonly cell: Cell;
  readonly onScreen: boolean;
  /** A moment somebody points at, in seconds. */
  readonly pointed?: ReadonlySignal<number | null>;
}

/** Milliseconds a clip may take before its filmstrip stands in for it: most are there sooner. */
const LATE = 400;

/**
 * A clip on the wall's clock, or its poster until somebody plays; nothing is loaded for what is off screen. Its
 * filmstrip shows the moment while the clip is on its way, and where somebody points before it was wanted.
 */
export function Screen({ cell, onScreen, pointed }: ScreenProps) {
  const { state, conductor, lens } = useWall();
  const video = useRef<HTMLVideoElement>(null);
  const [broken, setBroken] = useState(false);
  const poster = useMedium(state.media, "poster", cell.gid, onScreen && cell.saved);
  const wanted = onScreen && conductor.armed.value && canPlay(cell) && !broken;
  const bytes = useMedium(state.media, "clip", cell.gid, wanted && cell.saved);
  const source = !wanted ? undefined : cell.saved ? urlOf(bytes) : (cell.url ?? undefined);
  const [shows, setShows] = useState<string | undefined>();
  const begun = useComputed(() => conductor.time.value > 0.6 / FRAMES);
  const there = source !== undefined && shows === source;
  const late = useLate(wanted && !there && begun.value);
  const moment = useComputed(() => pointed?.value ?? conductor.time.value);
  const isPointed = useComputed(() => (pointed?.value ?? null) !== null);
  const film = onScreen && cell.saved && (late || (!source && isPointed.value));
  const trouble = troubleOf(broken, bytes ?? poster);

  useLayoutEffect(
    () => (wanted && !source && !trouble ? conductor.awaiting() : undefined),
    [wanted, source, trouble],
  );
  useLayoutEffect(() => {
    if (!video.current || !source) return undefined;
    return conductor.attach(video.current, cell);
  }, [source]);

  const image = urlOf(poster);
  return (
    <>
      <span class="wl-lens" style={{ transform: lens.transform.value }}>
        {source ? (
          <video
            key={source}
            ref={video}
            src={source}
            poster={image}
            preload="auto"
            playsInline
            disablePictureInPicture
            muted
            aria-hidden="true"
            onError={() => setBroken(true)}
            onSeeked={() => setShows(source)}
            onPlaying={() => setShows(source)}
          />
        ) : (
          image && <img src={image} alt="" draggable={false} />
        )}
        {film && <Film cell={cell} at={moment} />}
      </span>
      {trouble ? (
        <span class="wl-cell-note">
          <Icon name="warn" />
          <span class="wl-note-text">{trouble}</span>
        </span>
      ) : (
        onScreen && (wanted ? !source : !image && cell.saved) && <i class="sd-spinner" aria-label="Loading" role="img" />
      )}
    </>
  );
}

/** Whether something has been so for longer than it usually is. */
function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setLate(true), LATE);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [waiting]);
  return waiting && late;
}

function troubleOf(broken: boolean, medium: ReturnType<typeof useMedium>): string | null {
  if (broken) return "This clip does not play here.";
  return medium && "error" in medium ? medium.error : null;
}

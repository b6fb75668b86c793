import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { urlOf, useHeld } from "../held";
import { Icon } from "../parts/Icon";
import type { Cell } from "./messages";
import { canPlay, useWall } from "./view";

/** A clip on the wall's clock, or its poster until somebody plays; nothing is loaded for what is off screen. */
export function Screen({ cell, onScreen }: { cell: Cell; onScreen: boolean }) {
  const { state, conductor, lens } = useWall();
  const video = useRef<HTMLVideoElement>(null);
  const [broken, setBroken] = useState(false);
  const poster = useHeld(state.media, "poster", cell.gid, onScreen && cell.saved);
  const wanted = onScreen && conductor.armed.value && canPlay(cell) && !broken;
  const bytes = useHeld(state.media, "clip", cell.gid, wanted && cell.saved);
  const source = !wanted ? undefined : cell.saved ? urlOf(bytes) : (cell.url ?? undefined);
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
          />
        ) : (
          image && <img src={image} alt="" draggable={false} />
        )}
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

function troubleOf(broken: boolean, medium: ReturnType<typeof useHeld>): string | null {
  if (broken) return "This clip does not play here.";
  return medium && "error" in medium ? medium.error : null;
}

/** The picture: from fal's address where there is one, else (or when that fails) as bytes from the kernel. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../protocol.gen";
import { Icon } from "../shared/parts/Icon";
import { urlOf, useMedium } from "../shared/media";
import type { Playback } from "./playback";
import type { PlayerState } from "./state";

interface Props {
  readonly row: Row;
  readonly state: Pick<PlayerState, "fresh" | "media">;
  readonly playback: Playback;
  /** For the focus, when what had it goes: on the page's body its keys would act on the notebook. */
  home(): void;
}

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function Screen({ row, state: { fresh, media }, playback, home }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  // Of this clip, once: the browser mutes what starts by itself, and what comes after is not muted by that.
  // The kernel may show the first clip before this page knows it for its own.
  const starts = useRef(false);
  starts.current ||= fresh.value === row.gid && !calm();
  const alone = starts.current;
  const [remote, setRemote] = useState(row.url !== null);
  const [broken, setBroken] = useState(false);
  const poster = urlOf(useMedium(media, "poster", row.gid));
  const bytes = useMedium(media, "clip", row.gid, !remote);
  const source = remote ? row.url : urlOf(bytes);
  const trouble = broken
    ? "This clip does not play here. Download it to watch it."
    : bytes && "error" in bytes
      ? bytes.error
      : null;

  const then = (act: () => void) => (): void => {
    act();
    home();
  };

  useEffect(() => {
    if (!video.current || !source) return undefined;
    return playback.attach(video.current, row.fps);
  }, [source, alone]);

  return (
    <>
      {poster && <img class="sd-backdrop" src={poster} alt="" aria-hidden="true" />}
      {source ? (
        <video
          key={`${source} ${alone}`}
          ref={video}
          class="sd-video"
          src={source}
          poster={poster}
          preload="metadata"
          playsInline
          muted={alone || playback.silent.peek()}
          autoplay={alone}
          aria-label={row.prompt}
          onClick={playback.toggle}
          onError={() => (remote ? setRemote(false) : setBroken(true))}
        />
      ) : (
        poster && <img class="sd-video" src={poster} alt="" />
      )}
      {trouble ? (
        <p class="sd-stage-note" role="alert">
          <Icon name="warn" />
          {trouble}
        </p>
      ) : (
        (!source || playback.stalled.value) && <i class="sd-spinner sd-stage-wait" aria-label="Loading" role="img" />
      )}
      {source && !trouble && playback.paused.value && (
        <button class="sd-stage-play" aria-label="Play" tabIndex={-1} onClick={then(playback.toggle)}>
          <Icon name="play" />
        </button>
      )}
      {row.audio && playback.hushed.value && !playback.paused.value && (
        <button class="sd-unmute" onClick={then(() => playback.mute(false))}>
          <Icon name="muted" /> Muted: click for sound
        </button>
      )}
    </>
  );
}

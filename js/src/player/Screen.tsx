import { useEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../messages";
import { Icon } from "../parts/Icon";
import { urlOf } from "../held";
import { useMedium, useStudio } from "../view";
import type { Playback } from "./playback";

interface Props {
  readonly row: Row;
  readonly playback: Playback;
}

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The picture: from fal's address where there is one, else (or when that fails) as bytes from the kernel. */
export function Screen({ row, playback }: Props) {
  const { fresh } = useStudio();
  const video = useRef<HTMLVideoElement>(null);
  const [remote, setRemote] = useState(row.url !== null);
  const [broken, setBroken] = useState(false);
  const poster = urlOf(useMedium("poster", row.gid));
  const bytes = useMedium("clip", row.gid, !remote);
  const source = remote ? row.url : urlOf(bytes);
  const trouble = broken
    ? "This clip does not play here. Download it to watch it."
    : bytes && "error" in bytes
      ? bytes.error
      : null;

  useEffect(() => {
    if (!video.current || !source) return undefined;
    return playback.attach(video.current, row.fps);
  }, [source]);

  return (
    <>
      {poster && <img class="sd-backdrop" src={poster} alt="" aria-hidden="true" />}
      {source ? (
        <video
          key={source}
          ref={video}
          class="sd-video"
          src={source}
          poster={poster}
          preload="metadata"
          playsInline
          muted={playback.muted.peek()}
          autoplay={fresh.peek() === row.gid && !calm()}
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
        <button class="sd-stage-play" aria-label="Play" tabIndex={-1} onClick={playback.toggle}>
          <Icon name="play" />
        </button>
      )}
      {row.audio && playback.muted.value && !playback.paused.value && fresh.value === row.gid && (
        <button class="sd-unmute" onClick={() => playback.mute(false)}>
          <Icon name="muted" /> Sound off: turn it on
        </button>
      )}
    </>
  );
}

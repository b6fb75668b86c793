/** The bar under a clip: play, steps by frame, the time, loop, speed, volume and full screen. */

import { useComputed } from "@preact/signals";
import type { Row } from "../protocol.gen";
import { Menu } from "../shared/parts/Menu";
import { Tool } from "../shared/parts/Tool";
import type { Playback } from "./playback";

interface Props {
  readonly row: Row;
  readonly playback: Playback;
  fullscreen(): void;
}

const RATES = [0.25, 0.5, 1, 1.5, 2];

export function Bar({ row, playback, fullscreen }: Props) {
  const { paused, loop, rate } = playback;
  return (
    <div class="sd-bar">
      <Tool icon={paused.value ? "play" : "pause"} name={paused.value ? "Play" : "Pause"} act={playback.toggle} />
      <Tool icon="back" name="One frame back" act={() => playback.step(-1)} />
      <Tool icon="next" name="One frame on" act={() => playback.step(1)} />
      <Seek playback={playback} fps={row.fps} />
      <Time playback={playback} fps={row.fps} />
      <Sound row={row} playback={playback} />
      <Menu
        className="sd-tool sd-rate"
        label={`${rate.value}×`}
        name={`Speed ${rate.value}×`}
        items={RATES.map((value) => ({ label: `${value}×`, act: () => playback.setRate(value) }))}
      />
      <Tool icon="loop" name="Loop" pressed={loop.value} act={() => playback.setLoop(!loop.value)} />
      <Tool icon="full" name="Full screen" act={fullscreen} />
    </div>
  );
}

interface TimeProps {
  readonly playback: Playback;
  readonly fps: number;
}

const frameAt = (seconds: number, fps: number): number => Math.floor(seconds * fps + 1e-3);

function Seek({ playback, fps }: TimeProps) {
  const { time, length } = playback;
  const part = length.value ? (time.value / length.value) * 100 : 0;
  return (
    <input
      class="sd-range sd-seek"
      type="range"
      aria-label="Position"
      aria-valuetext={`${time.value.toFixed(2)} of ${length.value.toFixed(2)} seconds, frame ${frameAt(time.value, fps)}`}
      min={0}
      max={length.value || 1}
      step={1 / fps}
      value={time.value}
      style={{ "--sd-part": `${part}%` }}
      onInput={(event) => playback.seek(event.currentTarget.valueAsNumber)}
    />
  );
}

/** Bound to signals as text, so that a playing clip re-renders nothing else. */
function Time({ playback, fps }: TimeProps) {
  const { time, length } = playback;
  const seconds = useComputed(() => `${time.value.toFixed(2)} / ${length.value.toFixed(2)} s`);
  const frame = useComputed(() => `f ${frameAt(time.value, fps)}`);
  return (
    <span class="sd-time" aria-hidden="true">
      <span>{seconds}</span>
      <span class="sd-time-frame">{frame}</span>
    </span>
  );
}

function Sound({ row, playback }: { row: Row; playback: Playback }) {
  if (!row.audio) return <span class="sd-nosound">no sound</span>;
  const { silent, volume } = playback;
  const level = silent.value ? 0 : volume.value;
  return (
    <span class="sd-sound">
      <Tool
        icon={silent.value ? "muted" : "volume"}
        name={silent.value ? "Turn the sound on" : "Mute"}
        act={() => playback.mute(!silent.value)}
      />
      <input
        class="sd-range"
        type="range"
        aria-label="Volume"
        min={0}
        max={1}
        step={0.05}
        value={level}
        style={{ "--sd-part": `${level * 100}%` }}
        onInput={(event) => playback.setVolume(event.currentTarget.valueAsNumber)}
      />
    </span>
  );
}

/** The wall's bar: play, steps by frame, the time, loop, speed, and how well the clips keep together. */

import { useComputed } from "@preact/signals";
import { Menu } from "../shared/parts/Menu";
import { Tool } from "../shared/parts/Tool";
import { FRAMES, frameAt, lastFrame } from "./conductor/clock";
import { useWall } from "./view";

const RATES = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2];

export function Bar() {
  const { conductor, loudness } = useWall();
  const { playing, rate, loop, waiting, volume, solo } = conductor;
  const { a, b } = loop.value;
  return (
    <div class="wl-clock" role="group" aria-label="All clips">
      <Tool
        icon={playing.value ? "pause" : "play"}
        name={playing.value ? "Pause all" : "Play all"}
        hint={playing.value ? "Pause all (space)" : "Play all (space)"}
        extra="wl-play"
        act={conductor.toggle}
      />
      <Tool icon="back" name="One frame back" hint="One frame back (,)" act={() => conductor.step(-1)} />
      <Tool icon="next" name="One frame on" hint="One frame on (.)" act={() => conductor.step(1)} />
      <Scrub />
      <Now />
      <span class="wl-ab" role="group" aria-label="Loop">
        <button class="wl-mark" aria-pressed={a !== null} title="Loop from here ([)" aria-label="Loop from here" onClick={() => conductor.mark("a")}>
          A
        </button>
        <button class="wl-mark" aria-pressed={b !== null} title="Loop to here (])" aria-label="Loop to here" onClick={() => conductor.mark("b")}>
          B
        </button>
        <Tool
          icon="swap"
          name="Ping-pong"
          hint="Ping-pong: forward and backward in turn, backward without sound (r)"
          pressed={conductor.pingPong.value}
          act={() => conductor.setPingPong(!conductor.pingPong.value)}
        />
        {(a !== null || b !== null) && (
          <Tool icon="close" name="Loop the whole again" hint="Loop the whole again (\)" act={conductor.clearLoop} />
        )}
      </span>
      <Menu
        className="sd-tool wl-rate"
        label={`${rate.value}×`}
        name={`Speed ${rate.value}×`}
        items={RATES.map((value) => ({ label: `${value}×`, act: () => conductor.setRate(value) }))}
      />
      <label class="wl-volume" title={solo.value === null ? "All are muted: solo a clip to hear it (m)" : "Volume"}>
        <span class="sd-unseen">Volume</span>
        <input
          class="sd-range"
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={volume.value}
          disabled={solo.value === null}
          style={{ "--sd-part": `${volume.value * 100}%` }}
          onInput={(event) => conductor.setVolume(event.currentTarget.valueAsNumber)}
        />
      </label>
      <Tool
        icon="level"
        name="Hear all at one loudness"
        hint="Hear all at one loudness: each is made as soft as the quietest here (l)"
        pressed={loudness.match.value !== null}
        act={loudness.toggle}
      />
      <Step waiting={playing.value && waiting.value} />
    </div>
  );
}

function Scrub() {
  const { conductor } = useWall();
  const { time, length, loop } = conductor;
  const last = lastFrame(length.value);
  const frame = Math.min(last, frameAt(time.value));
  const part = (n: number): number => (last ? (n / last) * 100 : 0);
  const { a, b } = loop.value;
  return (
    <span class="wl-scrub">
      {(a !== null || b !== null) && (
        <i class="wl-loop" style={{ left: `${part(a ?? 0)}%`, right: `${100 - part(b ?? last)}%` }} />
      )}
      <input
        class="sd-range"
        type="range"
        aria-label="Position"
        aria-valuetext={`frame ${frame} of ${last + 1}`}
        min={0}
        max={last || 1}
        step={1}
        value={frame}
        style={{ "--sd-part": `${part(frame)}%` }}
        onInput={(event) => conductor.seek((event.currentTarget.valueAsNumber + 0.5) / FRAMES)}
      />
    </span>
  );
}

/** Bound to signals as text, so that playing re-renders nothing else. */
function Now() {
  const { conductor } = useWall();
  const { time, length } = conductor;
  const last = useComputed(() => lastFrame(length.value));
  const frame = useComputed(() => `f ${Math.min(last.value, frameAt(time.value))} / ${length.value ? last.value + 1 : 0}`);
  const seconds = useComputed(() => `${Math.min(time.value, length.value).toFixed(2)} s`);
  return (
    <span class="wl-now" aria-hidden="true">
      <span class="wl-now-frame">{frame}</span>
      <span class="wl-now-seconds">{seconds}</span>
    </span>
  );
}

/** How well the clips keep together, as measured; the time it takes a screen to show a frame is within it. */
function Step({ waiting }: { waiting: boolean }) {
  const { conductor } = useWall();
  const { drift, backward } = conductor;
  if (waiting) return <span class="wl-step">waiting for all</span>;
  if (backward.value) return <span class="wl-step">backward</span>;
  if (drift.value === null) return <span class="wl-step" />;
  const milliseconds = Math.round(drift.value * 1000);
  return (
    <span class="wl-step" title="Between the clips furthest apart, 19 of 20 times in the last half second. A frame is 42 ms.">
      drift {milliseconds} ms
    </span>
  );
}

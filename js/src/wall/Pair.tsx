/** Two clips in one place: along an edge that moves, through each other, in turn, or what differs between them. */

import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/parts/Icon";
import { PACES } from "./comparing";
import { Edge } from "./Edge";
import { useLensEvents } from "./lens";
import type { Cell } from "../protocol.gen";
import { type Mode, titleOf } from "./mode";
import { Screen } from "./Screen";
import { nameOf, useWall } from "./view";

export function Pair({ pair, mode }: { pair: readonly [Cell, Cell]; mode: Mode }) {
  const { comparing, lens } = useWall();
  const { edge, onion, swapped } = comparing;
  const stage = useRef<HTMLDivElement>(null);
  useLensEvents(lens, stage, ".wl-stage");
  const [a, b] = pair;
  const seen = mode === "blink" ? (swapped.value ? "b" : "a") : "both";
  return (
    <>
      <div
        ref={stage}
        class="wl-stage wl-pair"
        data-home
        data-mode={mode}
        data-seen={seen}
        role="group"
        tabIndex={-1}
        aria-label={`${titleOf(mode)}: A is ${nameOf(a)}, B is ${nameOf(b)}`}
        style={{
          "--wl-ratio": a.width && a.height ? a.width / a.height : 16 / 9,
          "--wl-edge-at": `${edge.value}%`,
          "--wl-onion": onion.value / 100,
        }}
      >
        <div class="wl-layer" key={`b${b.gid}`}>
          <Screen cell={b} onScreen />
        </div>
        <div class="wl-layer wl-layer-top" key={`a${a.gid}`}>
          <Screen cell={a} onScreen />
        </div>
        <span class="wl-badge wl-side-a">A · {nameOf(a)}</span>
        <span class="wl-badge wl-side-b">B · {nameOf(b)}</span>
        {mode === "wipe" && <Edge name="Edge between A and B" stage={stage} />}
        {mode === "difference" && <span class="wl-badge wl-hint">black: the same</span>}
      </div>
      {mode === "onion" && <Onion />}
      {mode === "blink" && <Blink />}
    </>
  );
}

function Onion() {
  const { onion, setOnion } = useWall().comparing;
  return (
    <label class="wl-pair-tools">
      <b>B</b>
      <input
        class="sd-range"
        type="range"
        aria-label="How much of A is seen over B"
        aria-valuetext={`${onion.value} % A`}
        min={0}
        max={100}
        step={5}
        value={onion.value}
        style={{ "--sd-part": `${onion.value}%` }}
        onInput={(event) => setOnion(event.currentTarget.valueAsNumber)}
      />
      <b>A</b>
      <span class="sd-num wl-part">{onion.value} % A</span>
    </label>
  );
}

function Blink() {
  const { pace, blinking, calm, setPace, toggleBlinking, tick, swap } = useWall().comparing;
  useEffect(() => {
    if (!blinking.value) return undefined;
    const timer = setInterval(tick, 1000 / pace.value);
    return () => clearInterval(timer);
  }, [blinking.value, pace.value]);
  return (
    <div class="wl-pair-tools" role="group" aria-label="Blink">
      <button class="sd-button" title="Swap by hand (x)" onClick={swap}>
        <Icon name="swap" /> Swap
      </button>
      {calm.value ? (
        <span class="sd-quiet">Your system asks for little motion: nothing swaps by itself.</span>
      ) : (
        <>
          <button class="sd-button" onClick={toggleBlinking}>
            <Icon name={blinking.value ? "pause" : "play"} /> {blinking.value ? "Hold" : "Blink"}
          </button>
          <span class="wl-modes" role="group" aria-label="Swaps a second">
            {PACES.map((swaps) => (
              <button key={swaps} aria-pressed={pace.value === swaps} onClick={() => setPace(swaps)}>
                {swaps}
              </button>
            ))}
          </span>
          <span class="sd-quiet">a second</span>
        </>
      )}
    </div>
  );
}

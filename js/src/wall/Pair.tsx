import { useRef, useState } from "preact/hooks";
import { useLensEvents } from "./looking";
import type { Cell } from "./messages";
import { Screen } from "./Screen";
import { type Mode, nameOf } from "./view";

/** Two clips in one place: one beside the other along an edge that moves, or what differs between them. */
export function Pair({ pair, mode }: { pair: readonly [Cell, Cell]; mode: Mode }) {
  const stage = useRef<HTMLDivElement>(null);
  const [edge, setEdge] = useState(50);
  useLensEvents(stage, ".wl-stage");
  const [a, b] = pair;
  return (
    <div
      ref={stage}
      class="wl-stage wl-pair"
      data-mode={mode}
      role="group"
      tabIndex={-1}
      aria-label={`${mode === "wipe" ? "Wipe" : "Difference"}: A is ${nameOf(a)}, B is ${nameOf(b)}`}
      style={{ "--wl-ratio": a.width && a.height ? a.width / a.height : 16 / 9, "--wl-edge-at": `${edge}%` }}
    >
      <div class="wl-layer" key={`b${b.gid}`}>
        <Screen cell={b} onScreen />
      </div>
      <div class="wl-layer wl-layer-top" key={`a${a.gid}`}>
        <Screen cell={a} onScreen />
      </div>
      <span class="wl-badge wl-side-a">A · {nameOf(a)}</span>
      <span class="wl-badge wl-side-b">B · {nameOf(b)}</span>
      {mode === "wipe" ? <Edge at={edge} move={setEdge} stage={stage} /> : <span class="wl-badge wl-hint">black: the same</span>}
    </div>
  );
}

interface EdgeProps {
  readonly at: number;
  readonly stage: { readonly current: HTMLElement | null };
  move(percent: number): void;
}

function Edge({ at, move, stage }: EdgeProps) {
  const to = (percent: number): void => move(Math.min(100, Math.max(0, percent)));
  const drag = (event: PointerEvent): void => {
    const box = stage.current?.getBoundingClientRect();
    if (box && event.currentTarget instanceof Element && event.currentTarget.hasPointerCapture(event.pointerId)) {
      to(((event.clientX - box.left) / box.width) * 100);
    }
  };
  const press = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: at - 2, ArrowRight: at + 2, Home: 0, End: 100 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    to(next);
  };
  return (
    <div
      class="wl-wipe-edge"
      role="slider"
      tabIndex={0}
      aria-label="Edge between A and B"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at)}
      onKeyDown={press}
      onPointerDown={(event) => {
        // Or the picture would be panned as well.
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
    />
  );
}

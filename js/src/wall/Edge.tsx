/** The edge between two pictures, to be dragged, or moved by keys. */

import { useWall } from "./view";

interface EdgeProps {
  readonly name: string;
  readonly stage: { readonly current: HTMLElement | null };
}

export function Edge({ name, stage }: EdgeProps) {
  const { edge, moveEdge } = useWall().comparing;
  const at = edge.value;
  const drag = (event: PointerEvent): void => {
    const box = stage.current?.getBoundingClientRect();
    if (box && event.currentTarget instanceof Element && event.currentTarget.hasPointerCapture(event.pointerId)) {
      moveEdge(((event.clientX - box.left) / box.width) * 100);
    }
  };
  const press = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: at - 2, ArrowRight: at + 2, Home: 0, End: 100 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    moveEdge(next);
  };
  return (
    <div
      class="wl-wipe-edge"
      role="slider"
      tabIndex={0}
      aria-label={name}
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

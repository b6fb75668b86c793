/** A moment of a clip from its filmstrip, where the clip itself is not loaded. Nothing until the strip is there. */

import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { useMedium } from "../shared/media";
import { FRAMES, frameAt, lastFrame } from "./conductor/clock";
import type { Cell } from "../protocol.gen";
import { useWall } from "./view";

interface Sheet {
  readonly image: HTMLImageElement;
  readonly tiles: number;
  readonly columns: number;
}

export function Film({ cell, at }: { cell: Cell; at: ReadonlySignal<number> }) {
  const { state } = useWall();
  const medium = useMedium(state.media, "film", cell.gid);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  useEffect(() => {
    if (!medium || !("url" in medium)) return undefined;
    let left = false;
    const image = new Image();
    const { tiles, columns } = medium.value as Omit<Sheet, "image">;
    image.src = medium.url;
    image.decode().then(
      () => left || setSheet({ image, tiles, columns }),
      () => undefined, // it was let go of meanwhile
    );
    return () => void (left = true);
  }, [medium]);
  return sheet ? <Drawn key={sheet.image.src} cell={cell} at={at} sheet={sheet} /> : null;
}

function Drawn({ cell, at, sheet }: { cell: Cell; at: ReadonlySignal<number>; sheet: Sheet }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { image, tiles, columns } = sheet;
  const width = image.naturalWidth / columns;
  const height = image.naturalHeight / Math.ceil(tiles / columns);
  const fps = cell.fps || FRAMES;
  useSignalEffect(() => {
    const last = lastFrame(cell.duration, fps);
    const tile = last ? Math.round((Math.min(last, frameAt(at.value, fps)) / last) * (tiles - 1)) : 0;
    const [x, y] = [(tile % columns) * width, Math.floor(tile / columns) * height];
    canvas.current?.getContext("2d")?.drawImage(image, x, y, width, height, 0, 0, width, height);
  });
  return <canvas ref={canvas} class="wl-film" width={width} height={height} aria-hidden="true" />;
}

/** The picture a clip was given, cut as the model cuts it, against the frame it really begins or ends on. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/parts/Icon";
import { Tool } from "../shared/parts/Tool";
import { RequestError, textOf } from "../shared/transport";
import { Edge } from "./Edge";
import { useLensEvents } from "./lens";
import type { Cell, Which } from "../protocol.gen";
import { figure } from "./measures";
import { nameOf, useWall } from "./view";

interface Found {
  readonly given: string;
  readonly actual: string;
  readonly ssim: number;
  readonly shift: number;
}

const ENDS: Readonly<Record<Which, readonly [string, string]>> = {
  start: ["Start frame", "First frame"],
  end: ["End frame", "Last frame"],
};

export function Given({ cell }: { cell: Cell }) {
  const { comparing, lens, turnGiven } = useWall();
  const { beside, edge } = comparing;
  const stage = useRef<HTMLDivElement>(null);
  const which = cell.given.includes(comparing.which.value) ? comparing.which.value : cell.given[0]!;
  const found = useGiven(cell.gid, which);
  const [asked, real] = ENDS[which];
  useLensEvents(lens, stage, ".wl-stage");
  const names = [`${asked}, as given`, `${real} of the clip`] as const;
  const pictures = found && "given" in found ? ([found.given, found.actual] as const) : null;
  return (
    <div
      ref={stage}
      class="wl-given"
      data-home
      role="group"
      tabIndex={-1}
      aria-label={`Given frame: ${nameOf(cell)}`}
      style={{ "--wl-ratio": cell.width && cell.height ? cell.width / cell.height : 16 / 9, "--wl-edge-at": `${edge.value}%` }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (by && event.target === event.currentTarget) turnGiven(by);
      }}
    >
      {beside.value ? (
        <div class="wl-beside">
          {names.map((name, n) => (
            <figure key={name}>
              <div class="wl-stage wl-still">
                <span class="wl-lens" style={{ transform: lens.transform.value }}>
                  {pictures && <img src={pictures[n]} alt={name} draggable={false} />}
                </span>
                {!found && <i class="sd-spinner" aria-label="Loading" role="img" />}
              </div>
              <figcaption>{name}</figcaption>
            </figure>
          ))}
        </div>
      ) : (
        <Wiped names={names} pictures={pictures} />
      )}
      <div class="wl-pair-tools">
        <span class="wl-modes" role="group" aria-label="Which frame">
          {cell.given.map((one) => (
            <button key={one} aria-pressed={one === which} title={`${ENDS[one][0]} (e)`} onClick={() => (comparing.which.value = one)}>
              {one === "start" ? "Start" : "End"}
            </button>
          ))}
        </span>
        <span class="wl-modes" role="group" aria-label="Side by side or wipe">
          {[true, false].map((side) => (
            <button key={String(side)} aria-pressed={beside.value === side} title={`${side ? "Side by side" : "Wipe"} (x)`} onClick={() => (beside.value = side)}>
              {side ? "Side by side" : "Wipe"}
            </button>
          ))}
        </span>
        <span class="wl-turn">
          <Tool icon="back" name="Clip before" hint="The clip before that was made from a picture (←)" act={() => turnGiven(-1)} />
          <Tool icon="next" name="Next clip" hint="The next clip that was made from a picture (→)" act={() => turnGiven(1)} />
        </span>
        {found && "error" in found ? (
          <span class="wl-given-trouble" role="alert">
            <Icon name="warn" /> {found.error}
          </span>
        ) : (
          found && <Alike ssim={found.ssim} shift={found.shift} />
        )}
      </div>
    </div>
  );
}

function Wiped({ names, pictures }: { names: readonly [string, string]; pictures: readonly [string, string] | null }) {
  const { lens } = useWall();
  const stage = useRef<HTMLDivElement>(null);
  return (
    <div ref={stage} class="wl-stage wl-pair" data-mode="wipe">
      {([1, 0] as const).map((n) => (
        <div key={n} class={n ? "wl-layer" : "wl-layer wl-layer-top"}>
          <span class="wl-lens" style={{ transform: lens.transform.value }}>
            {pictures && <img src={pictures[n]} alt={names[n]} draggable={false} />}
          </span>
        </div>
      ))}
      {!pictures && <i class="sd-spinner" aria-label="Loading" role="img" />}
      <span class="wl-badge wl-side-a">{names[0]}</span>
      <span class="wl-badge wl-side-b">{names[1]}</span>
      <Edge name="Edge between the given picture and the clip's frame" stage={stage} />
    </div>
  );
}

function Alike({ ssim, shift }: { ssim: number; shift: number }) {
  return (
    <dl class="wl-alike sd-num">
      <div title="SSIM of the two as seen here: 1 is the same. It is strict about place.">
        <dt>Structure (SSIM)</dt>
        <dd>{figure(ssim, 3)}</dd>
      </div>
      <div title="Between their mean colours, CIE 1976: 2.3 just shows.">
        <dt>Colour shift</dt>
        <dd>{figure(shift, 1)} ΔE</dd>
      </div>
    </dl>
  );
}

/** Both pictures from the kernel; null while they come. */
function useGiven(gid: number, which: Which): Found | { readonly error: string } | null {
  const { state } = useWall();
  const [found, setFound] = useState<Found | { readonly error: string } | null>(null);
  useEffect(() => {
    let urls: string[] = [];
    let left = false;
    setFound(null);
    state.kernel.request("given", { gid, which }).then(
      ({ value, buffers }) => {
        if (left) return;
        urls = buffers.map((bytes) => URL.createObjectURL(new Blob([bytes as DataView<ArrayBuffer>], { type: "image/jpeg" })));
        const [given = "", actual = ""] = urls;
        setFound({ given, actual, ssim: value.ssim, shift: value.color_shift });
      },
      (error: unknown) => {
        if (!(error instanceof RequestError)) throw error;
        if (!left) setFound({ error: textOf(error) });
      },
    );
    return () => {
      left = true;
      urls.forEach((url) => URL.revokeObjectURL(url));
    };
  }, [gid, which]);
  return found;
}

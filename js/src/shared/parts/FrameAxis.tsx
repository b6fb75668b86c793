import { size } from "../format";
import { urlOf } from "../held";
import type { FrameValue } from "../messages";
import { type Control, isFrame } from "../schema";
import { useMedium, useStudio } from "../view";
import { Tool } from "./Tool";

/** The pictures a frame field is varied over. */
export function FrameAxis({ control }: { control: Control }) {
  const { draft } = useStudio();
  const axis = draft.varied.value[control.name];
  const frames = (Array.isArray(axis) ? axis : []).filter(isFrame);
  const without = (frame: FrameValue): void =>
    draft.setAxis(
      control.name,
      frames.filter((one) => one.frame !== frame.frame),
    );
  if (!frames.length) return null;
  return (
    <ul class="sd-frame-axis" aria-label={`Pictures for ${control.title.toLowerCase()}`}>
      {frames.map((frame) => (
        <li key={frame.frame} title={frame.width ? `${frame.name} · ${size(frame.width, frame.height)}` : frame.name}>
          <Thumb frame={frame} />
          <Tool icon="close" name={`Take away ${frame.name}`} act={() => without(frame)} />
        </li>
      ))}
    </ul>
  );
}

function Thumb({ frame }: { frame: FrameValue }) {
  const url = urlOf(useMedium("thumb", frame.frame));
  return url ? <img src={url} alt={frame.name} /> : <span>{frame.name}</span>;
}

/** What the fake kernel of the wall's page knows of its clips: measures, waveforms, filmstrips, given pictures. */

import type { Measure } from "../src/protocol.gen";
import { draw } from "./media";

const named = (name: string, title: string, short: string, unit: string, digits: number, meaning: string): Measure => ({
  name, title, short, unit, digits, meaning,
});

export const MEASURES: readonly Measure[] = [
  named("start_ssim", "Start frame adherence", "start", "", 3, "How like the start frame the first frame is in structure: 1 is the same."),
  named("start_color_shift", "Start frame colour shift", "start ΔE", "ΔE", 1, "How far the first frame's mean colour is from that picture's; 2.3 just shows."),
  named("motion", "Motion", "motion", "%/s", 1, "How far the picture's parts move, on average, in percent of its height a second."),
  named("flicker", "Flicker", "flicker", "%", 2, "How much the light jumps from frame to frame, in percent of the range from black to white."),
  named("cuts", "Cuts", "cuts", "", 0, "How many hard cuts there are."),
  named("loudness", "Loudness", "", "LUFS", 1, "Integrated loudness; none for silence."),
];

/** Always the same for the same clip. Clip 5 is not measured yet, each third has no sound. */
export function measures(gid: number): Readonly<Record<string, number | null>> | null {
  if (gid === 5) return null;
  const start = gid % 4 === 2 || gid % 4 === 3;
  return {
    start_ssim: start ? 0.99 - 0.006 * gid : null,
    start_color_shift: start ? 1 + 0.4 * (gid % 7) : null,
    motion: 4 + ((gid * 7) % 24),
    flicker: 0.02 * (gid % 5),
    cuts: gid % 6 === 0 ? 1 : 0,
    loudness: gid % 3 ? -16 - ((gid * 5) % 9) : null,
  };
}

export function wave(gid: number): number[] {
  return Array.from({ length: 96 }, (_, n) =>
    Math.round(100 * Math.abs(Math.sin(n * 0.13 + gid)) * (0.35 + 0.65 * Math.abs(Math.sin(n * 1.7 * (1 + (gid % 5) / 7)))) * (0.4 + 0.06 * (gid % 9))),
  );
}

const jpeg = async (canvas: HTMLCanvasElement): Promise<ArrayBuffer> => {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  return blob!.arrayBuffer();
};

/** Each tile with the number of the frame it shows in squares from its corner, as the clips have it. */
export async function film(gid: number, seconds: number): Promise<ArrayBuffer> {
  const [wide, high] = [240, 135];
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 6 * wide, height: 4 * high });
  const g = canvas.getContext("2d")!;
  for (let n = 0; n < 24; n++) {
    const [x, y] = [(n % 6) * wide, Math.floor(n / 6) * high];
    g.drawImage(draw(gid), x, y, wide, high);
    const frame = Math.round((n * (seconds * 24 - 1)) / 23);
    for (let bit = 0; bit < 8; bit++) {
      g.fillStyle = (frame >> (7 - bit)) & 1 ? "#fff" : "#000";
      g.fillRect(x + bit * 12, y, 12, 12);
    }
  }
  return jpeg(canvas);
}

/** The picture a clip was given, and its own frame, a little off. */
export async function given(gid: number, actual: boolean): Promise<ArrayBuffer> {
  const canvas = draw(gid, 960, 540);
  if (actual) {
    const g = canvas.getContext("2d")!;
    g.drawImage(canvas, 6, 2);
    g.fillStyle = "rgb(60 20 0 / 0.12)";
    g.fillRect(0, 0, 960, 540);
  }
  return jpeg(canvas);
}

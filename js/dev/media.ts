/** Pictures and rows for the fake kernel: landscapes drawn on a canvas, one clip from disk. */

import type { Fields, Row } from "../src/protocol.gen";

const PROMPTS = [
  "A lake at sunset, a quiet boat drifts. Slow push-in.",
  "Snow falling over winter mountains under a green aurora, the camera tilts up",
  "City skyline at night in the rain, neon reflected in the street",
  "Morning mist over a pine forest, birdsong, dolly right",
  "A storm over the sea, waves break, low thunder",
  "Fireflies over the meadow, crickets, handheld",
  "Desert dunes at noon, wind draws lines in the sand",
  "A paper lantern rises, a woman says “Look, it flies.”",
];

const SKIES: readonly (readonly [string, string, string])[] = [
  ["#3a2a6d", "#e87fa0", "#ffd9a0"],
  ["#04141f", "#0b5f56", "#6fe0b0"],
  ["#070b1c", "#1a2c5e", "#45629c"],
  ["#8fb3d8", "#d8dfe6", "#f6e7d2"],
  ["#2c3036", "#6d747c", "#b9bec4"],
  ["#0a1433", "#1d3f7a", "#5c86b8"],
  ["#7db4e0", "#f2d9a8", "#e3ad66"],
  ["#1c1033", "#5a2358", "#f08a4b"],
];

export function prompt(n: number): string {
  return PROMPTS[n % PROMPTS.length] ?? "";
}

/** A landscape that is always the same for the same number. */
export function draw(n: number, width = 640, height = 360): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const g = canvas.getContext("2d")!;
  const [top, middle, low] = SKIES[n % SKIES.length]!;
  const sky = g.createLinearGradient(0, 0, 0, height * 0.72);
  sky.addColorStop(0, top);
  sky.addColorStop(0.65, middle);
  sky.addColorStop(1, low);
  g.fillStyle = sky;
  g.fillRect(0, 0, width, height);
  const x = width * (0.25 + ((n * 37) % 50) / 100);
  const glow = g.createRadialGradient(x, height * 0.36, 4, x, height * 0.36, height * 0.4);
  glow.addColorStop(0, "rgba(255,250,235,.95)");
  glow.addColorStop(0.14, "rgba(255,245,220,.5)");
  glow.addColorStop(1, "rgba(255,240,210,0)");
  g.fillStyle = glow;
  g.fillRect(0, 0, width, height);
  for (let layer = 0; layer < 4; layer++) {
    const base = height * (0.6 + layer * 0.1);
    g.beginPath();
    g.moveTo(0, height);
    for (let px = 0; px <= width; px += 4) {
      const t = (px / width) * 6 + n * 1.7 + layer * 2.3;
      g.lineTo(px, base - height * 0.07 * (Math.sin(t) + 0.5 * Math.sin(t * 2.3) + 0.2 * Math.sin(t * 7)));
    }
    g.lineTo(width, height);
    g.fillStyle = top;
    g.globalAlpha = 0.35 + layer * 0.2;
    g.fill();
    g.globalAlpha = 1;
  }
  return canvas;
}

export async function poster(n: number): Promise<ArrayBuffer> {
  const blob = await new Promise<Blob | null>((done) => draw(n).toBlob(done, "image/jpeg", 0.9));
  return blob!.arrayBuffer();
}

export async function clip(): Promise<ArrayBuffer> {
  const response = await fetch("clip.mp4");
  return response.arrayBuffer();
}

export function row(n: number, more: Partial<Row> = {}): Row {
  const seconds = [5, 4, 8, 12][n % 4]!;
  const seed = (n * 2654435761) % 2 ** 31;
  const fields: Fields = {
    prompt: prompt(n), aspect_ratio: "16:9", resolution: ["720p", "480p", "1080p"][n % 3]!, duration: String(seconds), camera_fixed: false, seed,
    enable_safety_checker: true, generate_audio: n % 5 !== 4,
  };
  return {
    gid: n, prompt: prompt(n), endpoint: TEXT, fields, seed, width: 1280, height: 720, duration: seconds, fps: 24,
    audio: n % 5 !== 4, cost: n % 3 ? 0.052 * seconds : 0,
    cost_source: n % 3 === 0 ? "free" : n % 2 === 0 ? "estimate" : "billed",
    created: Date.now() / 1000 - 700 * (200 - n), queue_seconds: 1.2, run_seconds: 4 + (n % 7) * 9, url: null, saved: true,
    notice: null, bill: null, sweep: n % 20 < 12 ? `sweep-${Math.floor(n / 20) + 1}` : null, star: n % 9 === 0,
    rating: n % 8 === 3 ? (n % 5) + 1 : null, tags: [], note: "", file_name: `clip-${n}.mp4`, request_id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`, ...more,
  };
}

export const TEXT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video";
export const IMAGE = "fal-ai/bytedance/seedance/v1.5/pro/image-to-video";

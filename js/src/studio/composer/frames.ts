/** Pictures on their way to the kernel: read, made smaller if they must be, sent in acknowledged pieces. */

import { type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Draft } from "./draft";
import type { FrameValue, StudioRequests } from "../../protocol.gen";
import type { Media } from "../../shared/media";
import { type Control, isFrame } from "./schema";
import { RequestError, randomToken, textOf, type Transport } from "../../shared/transport";

/** Hosts drop larger messages without a word (Colab at about 1 MB, Jupyter at 10 MiB). */
const PIECE = 512 * 1024;
const MAX_SIDE = 5999;

export interface Transfer {
  readonly name: string;
  readonly progress: number;
  /** Object URL of the picture itself, shown at once. */
  readonly preview: string | null;
}

export interface Frames {
  /** By field. */
  readonly transfers: ReadonlySignal<Readonly<Record<string, Transfer>>>;
  upload(control: Control, file: File): Promise<void>;
  /** From an address, a variable or a clip: the kernel makes the frame. */
  fetch(control: Control, name: string, ask: () => Promise<FrameValue>): Promise<void>;
  clear(control: Control): void;
}

class Superseded extends Error {}

export function createFrames(kernel: Transport<StudioRequests>, draft: Draft, media: Media, signal: AbortSignal): Frames {
  const transfers = makeSignal<Readonly<Record<string, Transfer>>>({});

  const forget = (field: string): void => {
    const { [field]: _ended, ...others } = transfers.peek();
    transfers.value = others;
  };

  const run = async (
    control: Control,
    first: Transfer,
    work: (report: (progress: number) => void) => Promise<FrameValue>,
  ): Promise<void> => {
    const field = control.name;
    let current = first;
    const isCurrent = (): boolean => transfers.peek()[field] === current && !signal.aborted;
    transfers.value = { ...transfers.peek(), [field]: current };
    draft.paint(field, null);
    try {
      const frame = await work((progress) => {
        if (!isCurrent()) throw new Superseded();
        current = { ...current, progress };
        transfers.value = { ...transfers.peek(), [field]: current };
      });
      if (isCurrent()) draft.take(field, frame);
    } catch (error) {
      if (error instanceof Superseded) return;
      if (isCurrent()) draft.paint(field, whatIsWrong(error));
    } finally {
      if (transfers.peek()[field] === current) forget(field);
      if (first.preview) URL.revokeObjectURL(first.preview);
    }
  };

  return {
    transfers,
    upload: (control, file) =>
      run(control, { name: file.name, progress: 0, preview: URL.createObjectURL(file) }, async (report) => {
        const picture = await prepare(file, control.allowed);
        const frame = await send(kernel, picture, file.name, report);
        media.put("thumb", frame.frame, picture);
        return frame;
      }),
    fetch: (control, name, ask) => run(control, { name, progress: 0, preview: null }, ask),
    clear(control) {
      forget(control.name);
      if (!draft.isVaried(control.name)) draft.set(control.name, null);
    },
  };
}

/** Of a picture the kernel looked into, the first problem says it all. */
function whatIsWrong(error: unknown): string {
  const [problem] = (error instanceof RequestError && error.detail.problems) || [];
  return problem?.message ?? textOf(error);
}

async function send(
  kernel: Transport<StudioRequests>,
  picture: Blob,
  name: string,
  report: (progress: number) => void,
): Promise<FrameValue> {
  const upload = randomToken();
  const pieces = Math.max(1, Math.ceil(picture.size / PIECE));
  for (let index = 0; ; index++) {
    const bytes = await picture.slice(index * PIECE, (index + 1) * PIECE).arrayBuffer();
    const last = index === pieces - 1;
    const ask = { upload, name, type: picture.type, size: picture.size, index, last };
    // One piece at a time: the answer proves that it arrived, and the progress is real.
    const { value } = await kernel.request("upload", ask, bytes);
    report((index + 1) / pieces);
    if (last && isFrame(value as FrameValue)) return value as FrameValue;
    if (last) throw new Error("The kernel took the picture but named no frame for it.");
  }
}

/** The file as it is, or smaller where a side is longer than any endpoint takes. */
async function prepare(file: File, allowed: string): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name} does not decode as an image here.${allowed ? ` Allowed: ${allowed}.` : ""}`);
  }
  try {
    const scale = MAX_SIDE / Math.max(bitmap.width, bitmap.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const smaller = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.95));
    if (!smaller) throw new Error(`${file.name} is ${bitmap.width}×${bitmap.height} px and could not be made smaller.`);
    return smaller;
  } finally {
    bitmap.close();
  }
}

/** The picture a drop carries: a file, or the address of one dragged from another page. */
export function pictureIn(data: DataTransfer | null): File | string | null {
  const files = Array.from(data?.files ?? []);
  const address = data?.getData("text/uri-list").split("\n")[0]?.trim() ?? "";
  if (!files.length) return /^https?:\/\//.test(address) ? address : null;
  return files.find((file) => file.type.startsWith("image/")) ?? files[0] ?? null;
}

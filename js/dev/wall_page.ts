/** The wall's stand-alone page: `?state=…&theme=dark|light&width=860&count=4`. Tests drive it through `window.wall`. */

import type { Cell, Page, Promotion, WallRequests, WallTraits } from "../src/protocol.gen";
import type { Model } from "../src/shared/transport";
import { typedPrice } from "../src/shared/format";
import { poster, prompt } from "./media";
import { film, given, MEASURES, measures, wave } from "./wall_media";
import { FakeVotes } from "./wall_votes";

interface Widget {
  initialize(props: { model: Model<WallTraits>; signal: AbortSignal }): void;
  render(props: { model: Model<WallTraits>; el: HTMLElement; signal: AbortSignal }): void;
}

interface Received {
  readonly kind: keyof WallRequests;
  readonly req: string;
  readonly [name: string]: unknown;
}

type Listener = (...args: unknown[]) => void;

declare global {
  interface Window {
    wall: { kernel: FakeKernel; leave(): void };
  }
}

const query = new URLSearchParams(location.search);
const state = query.get("state") ?? "sweep";
document.documentElement.style.colorScheme = query.get("theme") ?? "light";
document.documentElement.dataset["theme"] = query.get("theme") ?? "light";
const width = query.get("width");
const COUNT = Number(query.get("count") ?? 12);

/** Seconds, by number: clips 4, 8, 12 and 16 are shorter than the others. */
const lengthOf = (gid: number): number => (gid % 4 === 0 ? 4 : 5);

function cell(gid: number, more: Partial<Cell> = {}): Cell {
  return {
    gid, label: "", prompt: prompt(gid), seed: 40 + gid, width: 640, height: 360, duration: lengthOf(gid), fps: 24,
    audio: gid % 3 !== 0, url: null, saved: true, status: "COMPLETED", stage: "", progress: null, ended: 1e9, error: null,
    star: false, rating: null, tags: [], note: "", measures: measures(gid),
    given: gid % 4 === 2 ? ["start"] : gid % 4 === 3 ? ["start", "end"] : [], ...more,
  };
}

class FakeKernel {
  readonly received: Received[] = [];
  readonly traits: WallTraits;
  readonly votes: FakeVotes;
  dead = false;
  readonly promoted: number[] = [];
  finalsUnderWay = 0;
  private readonly listeners = new Map<string, Listener[]>();

  constructor(private readonly pages: readonly Page[]) {
    const all = pages.flatMap((page) => page.cells).filter((one) => one !== null);
    const pageOf = (gid: number): number => pages.findIndex((page) => page.cells.some((one) => one?.gid === gid));
    this.votes = new FakeVotes(all, pages[0]!.axes, pageOf);
    this.traits = { _page: pages[0]!, _selection: [], _measures: MEASURES, _standing: this.votes.standing(), _read_only: query.has("read-only") };
  }

  readonly model = {
    get: <K extends keyof WallTraits>(name: K): WallTraits[K] => structuredClone(this.traits[name]),
    on: (event: string, listener: Listener): void => {
      this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    },
    off: (): void => undefined,
    send: (content: Received): void => {
      if (this.dead) throw new Error("Cannot send");
      this.received.push(structuredClone(content));
      setTimeout(() => void this.answer(content), 5);
    },
  };

  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? []) listener(...args);
  }

  set<K extends keyof WallTraits>(name: K, value: WallTraits[K]): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  private async answer(message: Received): Promise<void> {
    const { req } = message;
    try {
      const [value, bytes] = await this.does(message);
      this.emit("msg:custom", { kind: "reply", req, ok: true, value }, bytes.map((one) => new DataView(one)));
    } catch (error) {
      const { question } = error as { question?: object };
      const detail = { message: (error as Error).message, next_step: "", charged: "no", type: "", ...(question && { question }) };
      this.emit("msg:custom", { kind: "reply", req, ok: false, error: detail }, []);
    }
  }

  private async does(message: Received): Promise<readonly [object, readonly ArrayBuffer[]]> {
    const gid = Number(message["gid"]);
    const cells = this.pages.flatMap((page) => page.cells);
    const { _page: page } = this.traits;
    switch (message.kind) {
      case "poster":
        return [{}, [await poster(gid)]];
      case "clip":
        if (state === "states" && gid === 3) throw new Error("The clip's file cannot be read: No such file or directory.");
        return [{ content_type: "video/mp4", name: `clip-${gid}.mp4` }, [await file(`clip-${((gid - 1) % (state === "bench" ? 3 : 4)) + 1}.mp4`)]];
      case "film":
        return [{ tiles: 24, columns: 6 }, [await film(gid, lengthOf(gid))]];
      case "waves":
        return [{ waves: (message["gids"] as readonly number[]).map((one) => (one % 3 ? wave(one) : [])) }, []];
      case "given":
        return [{ ssim: 0.9312, color_shift: 3.4 }, [await given(gid, false), await given(gid, true)]];
      case "promotion":
        return [finals(message), []];
      case "promote": {
        const { to_run, dollars } = finals(message);
        const price = dollars.toFixed(2);
        if (!query.has("free") && dollars > 1 && typedPrice(String(message["confirm"] ?? "")) !== price) {
          const question = { count: to_run, price, left: 3.16 };
          throw Object.assign(new Error(`These ${to_run} clips cost about $${price}.`), { question });
        }
        this.promoted.push(...(message["gids"] as readonly number[]));
        return [{ name: "sweep-7", gids: [], sent: to_run }, []];
      }
      case "page":
        this.set("_page", this.pages[Number(message["number"])]!);
        return [{}, []];
      case "select": {
        const gids = message["gids"] as readonly number[];
        this.set("_selection", gids.map((one) => cells.find((candidate) => candidate?.gid === one)!));
        return [{}, []];
      }
      case "judge": {
        const { kind: _kind, req: _req, gid: _gid, ...judgement } = message;
        const judged = page.cells.map((one) => (one?.gid === gid ? { ...one, ...judgement } : one));
        this.set("_page", { ...page, rev: page.rev + 1, cells: judged });
        this.set("_selection", this.traits._selection.map((one) => (one.gid === gid ? { ...one, ...judgement } : one)));
        return [{}, []];
      }
      case "tags":
        return [{ tags: ["crisp", "drifts", "keeper"] }, []];
      case "ballot":
        return [this.votes.ballot(message["gids"] as readonly number[]), []];
      case "vote": {
        const { first, second, winner, gids } = message as unknown as WallRequests["vote"]["ask"];
        const vote = this.votes.vote(first, second, winner);
        this.set("_standing", this.votes.standing());
        return [{ vote, next: this.votes.ballot(gids) }, []];
      }
      case "unvote":
        this.votes.unvote(Number(message["vote"]));
        this.set("_standing", this.votes.standing());
        return [{}, []];
      default:
        return [{}, []];
    }
  }
}

/** What promoting comes to here: 58 cents a clip, half of that without sound; what was promoted is there already. */
function finals(message: Received): Promotion {
  const gids = message["gids"] as readonly number[];
  const hits = gids.filter((gid) => kernel.promoted.includes(gid)).length;
  const to_run = gids.length - hits;
  const under_way = Math.min(hits, kernel.finalsUnderWay);
  return {
    counts: {}, cells: gids.length, to_run, hits, made: hits - under_way, under_way, skipped: 0, invalid: 0, free: query.has("free"), minutes: 3, concurrency: 2,
    dollars: to_run * (message["sound"] ? 0.58 : 0.29),
    resolutions: ["480p", "720p", "1080p"],
    note: "A new resolution is a new sample: the same seed gives a similar clip, not the same one sharper.",
  };
}

async function file(name: string): Promise<ArrayBuffer> {
  return (await fetch(name)).arrayBuffer();
}

const page = (cells: readonly (Cell | null)[], more: Partial<Page> = {}): Page => ({
  rev: 1, number: 0, count: 1, total: cells.length, name: "", axes: [], rows: [], columns: [], cells, project: "my-film", ...more,
});
const plain = (count: number, from = 1): Cell[] => Array.from({ length: count }, (_, n) => cell(from + n));

const ANIMALS = ["fox", "owl", "a boat on the lake"];
function sweep(): readonly Page[] {
  const cells = ANIMALS.flatMap((animal, row) =>
    [0, 1, 2, 3].map((seed) => cell(row * 4 + seed + 1, { label: `${animal} · seed ${seed}`, seed })),
  );
  cells[2] = { ...cells[2]!, star: true, rating: 4 };
  cells[8] = { ...cells[8]!, rating: 2 };
  const columns = [0, 1, 2, 3].map((seed) => `seed ${seed}`);
  return [page(cells, { axes: ["animal", "seed"], rows: ANIMALS, columns })];
}

const STATES: Readonly<Record<string, () => readonly Page[]>> = {
  sweep,
  plain: () => [page(plain(COUNT))],
  /** Clips of one length, as the plain grid they are measured against has. */
  bench: () => [page(plain(COUNT).map((one) => ({ ...one, duration: 5 })))],
  paged: () =>
    [0, 1, 2].map((number) => page(plain(number < 2 ? 16 : 8, number * 16 + 1), { number, count: 3, total: 40, name: `${number * 16 + 1} to ${number < 2 ? number * 16 + 16 : 40}` })),
  states: () => {
    const [first] = sweep();
    const cells: (Cell | null)[] = [...first!.cells];
    const none = { saved: false, duration: 5, width: 0, height: 0 } as const;
    const why = { message: "The safety checker refused the prompt.", next_step: "Change the prompt.", charged: "maybe", type: "" } as const;
    cells[3] = { ...cells[3]!, ...none, status: "IN_PROGRESS", stage: "rendering frame 74 of 120", progress: 0.62, ended: null };
    cells[4] = { ...cells[4]!, ...none, status: "IN_QUEUE", stage: "in queue, 2 ahead", ended: null };
    cells[5] = { ...cells[5]!, ...none, status: "FAILED", error: why };
    cells[6] = { ...cells[6]!, ...none, status: "CANCELLED" };
    cells[7] = null;
    return [{ ...first!, cells }];
  },
};

const kernel = new FakeKernel(STATES[state]!());
const source = "../../../src/ipyseedance/widgets/static/wall.js";
const { default: factory } = (await import(source)) as { default: () => Widget };
const widget = factory();
const life = new AbortController();
const model = kernel.model as unknown as Model<WallTraits>;
widget.initialize({ model, signal: life.signal });
const el = document.createElement("div");
el.className = "cell";
if (width) el.style.width = `${width}px`;
document.querySelector("[role=main]")?.append(el);
widget.render({ model, el, signal: life.signal });
window.wall = { kernel, leave: () => life.abort() };
document.body.dataset["ready"] = "true";

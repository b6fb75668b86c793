import assert from "node:assert/strict";
import { test } from "node:test";
import { endOf, startOf, WHOLE, withEnd } from "../src/wall/conductor/clock";
import { createConductor } from "../src/wall/conductor/conductor";
import { correctedRate, isLost } from "../src/wall/conductor/steering";
import { type FakeVideo, Page } from "./simulated";

const FRAME = 1 / 24;

type Options = Parameters<Page["video"]>[1];

/** A wall of clips of five seconds, each with its own quirks. */
function wall(...quirks: (Options & { duration?: number })[]) {
  const page = new Page();
  const life = new AbortController();
  const conductor = createConductor(page, life.signal);
  const tracks = quirks.map(({ duration = 5 }, n) => ({ gid: n + 1, duration, fps: 24 }));
  const videos = quirks.map(({ duration: _, ...options }, n) => page.video(tracks[n]!, options));
  conductor.setTracks(tracks);
  const detached = videos.map((video, n) => conductor.attach(video, tracks[n]!));
  return { page, conductor, videos, life, detached };
}

const apart = (videos: readonly FakeVideo[]): number => {
  const times = videos.map((video) => video.currentTime);
  return Math.max(...times) - Math.min(...times);
};

test("nobody plays before all are ready, and then all set out together", async () => {
  const { page, conductor, videos } = wall({}, { readyState: 1 }, {});
  conductor.toggle();
  await page.pass(1_000, () => assert(videos.every(({ paused }) => paused)));
  assert(conductor.waiting.value);
  videos[1]!.readyState = 4;
  await page.pass(500);
  assert(videos.every(({ paused }) => !paused));
  assert(!conductor.waiting.value);
  assert(apart(videos) < FRAME / 2);
});

test("the clock runs when the clips move, which is a while after they were told to", async () => {
  const { page, conductor, videos } = wall({ startTakes: 0.3 }, { startTakes: 0.3 });
  conductor.toggle();
  await page.pass(250);
  const rates = new Set<number>();
  await page.pass(1_500, () => videos.forEach(({ playbackRate }) => rates.add(playbackRate)));
  assert(Math.max(...rates) < 1.2, `${Math.max(...rates)}`);
});

test("a wall without clips does not begin to play", () => {
  const { conductor } = wall();
  conductor.toggle();
  assert(!conductor.playing.value);
});

test("a clip that never gets ready is waited for six seconds", async () => {
  const { page, conductor, videos } = wall({}, { readyState: 1 });
  conductor.toggle();
  await page.pass(5_900, () => assert(videos[0]!.paused));
  await page.pass(1_000);
  assert(!videos[0]!.paused);
});

test("a clip on its way is waited for as long as it takes", async () => {
  const { page, conductor, videos } = wall({}, {});
  const arrived = conductor.awaiting();
  conductor.toggle();
  await page.pass(9_000, () => assert(videos[0]!.paused));
  arrived();
  await page.pass(500);
  assert(!videos[0]!.paused);
});

test("clips that go a little too fast or too slow are steered into step without a seek", async () => {
  const { page, conductor, videos } = wall({ speed: 1.02 }, { speed: 0.98 }, {});
  conductor.toggle();
  await page.pass(1_000);
  const seeks = videos.map((video) => video.seeks.length);
  await page.pass(3_000, () => assert(apart(videos) < FRAME / 2));
  assert.deepEqual(videos.map((video) => video.seeks.length), seeks);
  assert(conductor.drift.value !== null && conductor.drift.value < 1.2 * FRAME);
  assert.equal(conductor.granted.value, 1);
});

test("a clip that is beyond steering is sought again, and not oftener than every two seconds", async () => {
  const { page, conductor, videos } = wall({}, {}, { speed: 0 });
  conductor.toggle();
  await page.pass(1_000);
  const before = videos[2]!.seeks.length;
  await page.pass(3_000);
  const again = videos[2]!.seeks.length - before;
  assert(again >= 1 && again <= 2, `${again} seeks`);
});

test("clips that cannot keep up make all go slower, in step", async () => {
  const { page, conductor } = wall({ duration: 60 }, { duration: 60, speed: 0.55 });
  conductor.toggle();
  await page.pass(20_000);
  assert(conductor.granted.value < 1);
  assert.equal(conductor.rate.value, 1);
  conductor.setRate(0.5);
  assert.equal(conductor.granted.value, 0.5);
});

test("all wait for one that has run out of data", async () => {
  const { page, conductor, videos } = wall({}, {});
  conductor.toggle();
  await page.pass(1_500);
  videos[1]!.stall();
  await page.pass(500);
  assert(conductor.waiting.value);
  assert(videos.every(({ paused }) => paused));
  const at = conductor.time.value;
  await page.pass(500);
  assert.equal(conductor.time.value, at);
  videos[1]!.readyState = 4;
  await page.pass(600);
  assert(conductor.time.value > at);
  assert(apart(videos) < FRAME / 2);
});

test("a shorter clip holds its last frame while the others go on", async () => {
  const { page, conductor, videos } = wall({ duration: 2 }, { duration: 4 });
  conductor.toggle();
  await page.pass(2_500);
  const { plays } = videos[0]!;
  await page.pass(1_200);
  assert(videos[0]!.paused);
  assert.equal(videos[0]!.plays, plays);
  assert(videos[0]!.currentTime > 2 - 1.5 * FRAME);
  assert(!videos[1]!.paused);
  assert(conductor.time.value > 2.2);
});

test("a loop goes from the start of its first frame to the end of its last", async () => {
  const { page, conductor } = wall({}, {});
  conductor.seek(1);
  conductor.mark("a");
  conductor.seek(2);
  conductor.mark("b");
  assert.deepEqual(conductor.loop.value, { a: 24, b: 48 });
  conductor.toggle();
  const seen: number[] = [];
  await page.pass(4_000, () => seen.push(conductor.time.value));
  const moving = seen.slice(10);
  assert(Math.min(...moving) >= 1 - 1e-9 && Math.max(...moving) < 49 * FRAME);
  const turns = moving.filter((at, n) => n > 0 && at < moving[n - 1]!).length;
  assert(turns >= 2, `${turns} turns`);
});

test("ping-pong goes backward to the loop's beginning and counts the pictures it could show", async () => {
  const { page, conductor } = wall({ duration: 3 }, { duration: 3, seekTakes: 0.1 });
  conductor.setPingPong(true);
  conductor.toggle();
  await page.pass(3_400);
  assert(conductor.backward.value);
  const before = conductor.time.value;
  await page.pass(1_500);
  assert(conductor.time.value < before);
  // By the slowest: a seek of a tenth of a second allows no more than ten.
  assert(conductor.pictures.value !== null && conductor.pictures.value > 4 && conductor.pictures.value <= 10);
  await page.pass(2_500);
  assert(!conductor.backward.value);
});

test("a pause puts all on the middle of one frame", async () => {
  const { page, conductor, videos } = wall({ speed: 1.02 }, { speed: 0.98 });
  conductor.toggle();
  await page.pass(1_234);
  conductor.pause();
  await page.pass(200);
  const at = conductor.time.value;
  assert(Math.abs(((at * 24) % 1) - 0.5) < 1e-6);
  assert.deepEqual(videos.map((video) => video.currentTime), [at, at]);
  conductor.step(1);
  assert(Math.abs(conductor.time.value - at - FRAME) < 1e-9);
});

test("of seeks while clips are still on their way the last one counts", async () => {
  const { page, conductor, videos } = wall({ seekTakes: 0.3 }, { seekTakes: 0.3 });
  conductor.toggle();
  await page.pass(700);
  for (const seconds of [1, 2, 3]) {
    conductor.seek(seconds);
    await page.pass(50);
  }
  await page.pass(1_000);
  assert(videos.every((video) => video.currentTime > 3 && video.currentTime < 4.2));
});

test("the clip that is heard leads: its rate is never changed", async () => {
  const { page, conductor, videos } = wall({ speed: 1.01 }, {});
  conductor.setSolo(1);
  conductor.setGains(new Map([[1, 0.5]]));
  assert.deepEqual(videos.map(({ muted }) => muted), [false, true]);
  assert.equal(videos[0]!.volume, 0.5);
  conductor.toggle();
  await page.pass(3_000, () => assert.equal(videos[0]!.playbackRate, 1));
  assert(apart(videos) < FRAME / 2);
});

test("a loop that no clip shown now reaches is let go of, and so is the sound of a clip that has gone", () => {
  const { conductor } = wall({}, {});
  conductor.seek(4);
  conductor.mark("a");
  conductor.setSolo(2);
  conductor.setTracks([{ gid: 1, duration: 3, fps: 24 }]);
  assert.deepEqual(conductor.loop.value, WHOLE);
  assert.equal(conductor.solo.value, null);
});

test("nothing goes on when the view is gone, and no video keeps its decoder", async () => {
  const { page, conductor, videos, life } = wall({}, {});
  conductor.toggle();
  await page.pass(1_000);
  life.abort();
  const at = conductor.time.value;
  await page.pass(500);
  assert.equal(conductor.time.value, at);
  assert(videos.every(({ paused, loaded }) => paused && !loaded));
});

test("a loop's ends give way to each other", () => {
  assert.deepEqual(withEnd({ a: 10, b: 20 }, "a", 20), { a: 20, b: null });
  assert.deepEqual(withEnd({ a: 10, b: 20 }, "b", 10), { a: null, b: 10 });
  assert.deepEqual(withEnd(WHOLE, "a", 5), { a: 5, b: null });
  assert.equal(startOf({ a: 48, b: null }), 2);
  assert.equal(endOf({ a: null, b: 47 }, 5), 2);
  assert.equal(endOf(WHOLE, 5), 5);
});

test("a correction is gentle, within bounds, and nothing where there is next to nothing to correct", () => {
  assert.equal(correctedRate(0.001, 1), 1);
  assert(correctedRate(0.02, 1) < 1 && correctedRate(-0.02, 1) > 1);
  assert.equal(correctedRate(10, 2), 1.2);
  assert.equal(correctedRate(-10, 2), 2.8);
  assert.equal(correctedRate(10, 0.1), 0.0625, "a browser takes no slower one");
  assert(!isLost(2.9 * FRAME, 1) && isLost(3.1 * FRAME, 1) && !isLost(5 * FRAME, 2) && !isLost(2 * FRAME, 0.1));
});

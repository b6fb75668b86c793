// fal's own JavaScript client, unmodified, against the offline server: prints what it saw as one line of JSON.
// node fal.mjs '{"server": "http://...", "key": "...", "through": "proxy" or "middleware", "js": ".../package.json",
//                "frame": "x.png"}'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { server, key, through, js, frame } = JSON.parse(process.argv[2]);
const { createFalClient } = createRequire(js)("@fal-ai/client");

const TO_VIDEO = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video";
const FROM_IMAGE = "fal-ai/bytedance/seedance/v1.5/pro/image-to-video";
const HOSTS = { "https://queue.fal.run": server, "https://rest.fal.ai": server, "https://fal.run": `${server}/run` };
const elsewhere = (url) => {
  const host = Object.keys(HOSTS).find((known) => url.startsWith(`${known}/`));
  return HOSTS[host] + url.slice(host.length);
};
const fal = createFalClient({
  credentials: key,
  ...(through === "proxy"
    ? { proxyUrl: { url: `${server}/proxy`, when: "always" } }
    : { requestMiddleware: async (request) => ({ ...request, url: elsewhere(request.url) }) }),
});

const input = { prompt: "A lake at sunset", resolution: "480p", duration: "4", seed: 7, generate_audio: false };
const refused = (call) => call.then(
  () => ({ status: 200 }),
  (error) => ({ name: error.name, status: error.status, body: error.body }),
);

async function subscribed(mode) {
  const updates = [];
  const onQueueUpdate = (update) => updates.push({ status: update.status, logs: (update.logs ?? []).map((l) => l.message) });
  const { data, requestId } = await fal.subscribe(TO_VIDEO, { input, mode, logs: true, pollInterval: 20, onQueueUpdate });
  return { data, requestId, updates };
}

async function queued() {
  const { request_id: held } = await fal.queue.submit(TO_VIDEO, { input: { prompt: "hold" } });
  const { request_id: late } = await fal.queue.submit(TO_VIDEO, { input, startTimeout: 1.01 });
  const waiting = await fal.queue.submit(TO_VIDEO, { input, priority: "low" });
  const requestId = waiting.request_id;
  while ((await fal.queue.status(TO_VIDEO, { requestId: held })).status !== "IN_PROGRESS");
  const position = (await fal.queue.status(TO_VIDEO, { requestId, logs: true })).queue_position;
  const early = await refused(fal.queue.result(TO_VIDEO, { requestId }));
  await fal.queue.subscribeToStatus(TO_VIDEO, { requestId: late, pollInterval: 100 });
  // The client itself sends a request again that failed with a 504, so its result is asked for only once, by hand.
  const tooLate = await fetch(elsewhere(`https://queue.fal.run/fal-ai/bytedance/requests/${late}`), {
    headers: { Authorization: `Key ${key}` },
  });
  await fal.queue.cancel(TO_VIDEO, { requestId });
  await fal.queue.cancel(TO_VIDEO, { requestId: held });
  const stream = await fal.queue.streamStatus(TO_VIDEO, { requestId: held, logs: true });
  const last = await stream.done();
  const cancelled = await refused(fal.queue.result(TO_VIDEO, { requestId: held }));
  const again = await refused(fal.queue.cancel(TO_VIDEO, { requestId }));
  return { waiting, position, early, tooLate: tooLate.status, last, cancelled, again };
}

async function stored() {
  const small = new Blob([new Uint8Array(1000).fill(7)], { type: "image/png" });
  const bytes = Buffer.alloc(91 * 2 ** 20, "not one part like another");
  const large = new Blob([bytes], { type: "video/mp4" });
  const addresses = [await fal.storage.upload(small), await fal.storage.upload(large)];
  const got = await Promise.all(addresses.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())));
  return { small: got[0].equals(Buffer.from(await small.arrayBuffer())), large: got[1].equals(bytes) };
}

const picture = new Blob([readFileSync(frame)], { type: "image/png" });
console.log(JSON.stringify({
  polling: await subscribed("polling"),
  streaming: await subscribed("streaming"),
  queued: await queued(),
  stored: await stored(),
  fromBlob: (await fal.subscribe(FROM_IMAGE, { input: { ...input, image_url: picture }, pollInterval: 20 })).data,
  invalid: await refused(fal.subscribe(TO_VIDEO, { input: { ...input, duration: "13" }, pollInterval: 20 })),
  run: (await fal.run(TO_VIDEO, { input })).data,
}));

/** The keys of a blind vote. Those of the wall that would tell or change something of a clip do nothing here. */

import type { KeyRow } from "./keys";

export const VOTE_KEYS: readonly KeyRow[] = [
  { shown: "← →", what: "A is better, B is better", keys: ["ArrowLeft", "ArrowRight"], act: ({ voting }, key) => voting.vote(key === "ArrowLeft" ? "A" : "B") },
  { shown: "↓ t", what: "Tie", keys: ["ArrowDown", "t"], act: ({ voting }) => voting.vote("tie") },
  { shown: "Enter", what: "On to the next pair", keys: ["Enter"], act: ({ voting }) => voting.proceed() },
  { shown: "u", what: "Take the last vote back", keys: ["u"], act: ({ voting }) => voting.undo() },
  { shown: "a b", what: "Hear A, hear B; mute", keys: ["a", "b"], act: ({ voting }, key) => voting.hear(key === "a" ? "A" : "B") },
  { shown: "Space", what: "Play and pause both", keys: [" "], act: ({ conductor }) => conductor.toggle() },
  { shown: ", .", what: "One frame back, on", keys: [",", "."], act: ({ conductor }, key) => conductor.step(key === "," ? -1 : 1) },
  { shown: "Home", what: "To the first frame", keys: ["Home"], act: ({ conductor }) => conductor.seek(0) },
  { shown: "l", what: "Hear both at one loudness, or as they are", keys: ["l"], act: ({ looks }) => looks.toggleMatch() },
  { shown: "+ − 0", what: "Zoom in, out, whole picture", keys: ["+", "=", "-", "0"], act: ({ lens }, key) => (key === "0" ? lens.reset() : lens.zoomBy(key === "-" ? 1 / 1.5 : 1.5)) },
  { shown: "Esc", what: "Back to the wall", keys: ["Escape"], act: ({ voting }) => voting.stop() },
  { shown: "?", what: "These keys", keys: ["?"], act: ({ sheet }) => void (sheet.value = true) },
];

/** Before the first clip: what to do, and something to start from. */

import { shorten } from "../shared/format";
import { Icon } from "../shared/parts/Icon";
import { controlsOf } from "./composer/schema";
import { useStudio, useView } from "./view";

export function Welcome() {
  const { catalog, draft, history, lab, readOnly } = useStudio();
  const { focus } = useView();
  const { server, prompting } = lab.value;
  const some = history.value.total > 0;
  const start = (endpoint: string, prompt: string): void => {
    const target = catalog.value.find(({ id }) => id === endpoint);
    const field = target && controlsOf(target).find(({ kind }) => kind === "prompt");
    if (!field) return;
    draft.open(endpoint, { [field.name]: prompt });
    focus(field.name);
  };
  return (
    <div class="sd-welcome">
      <div class="sd-scene" aria-hidden="true">
        <Scene />
      </div>
      <div class="sd-welcome-words">
        <h3>
          {readOnly
            ? some ? "Choose a clip below" : "No clip yet"
            : some ? "Choose a clip below, or make another" : "Your first clip is one sentence away"}
        </h3>
        {readOnly ? (
          <p>{some ? "It is shown here." : "What is made in this project is shown here."}</p>
        ) : (
          <p>
            Write what happens, how the camera moves and what is heard, then press Generate.
            {server.free && ` It runs on the ${server.label.toLowerCase()} and costs nothing.`}
          </p>
        )}
        {!readOnly && !some && prompting.examples.length > 0 && (
          <ul class="sd-starts">
            {prompting.examples.slice(0, 3).map((example) => (
              <li key={example.use}>
                <button class="sd-start" onClick={() => start(example.endpoint, example.prompt)}>
                  <b>{example.use}</b>
                  <span>{shorten(example.prompt, 96)}</span>
                  <Icon name="onward" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function Scene() {
  return (
    <svg viewBox="0 0 640 200" preserveAspectRatio="xMidYMid slice">
      <rect class="sd-sky" width="640" height="200" />
      <circle class="sd-sun" cx="430" cy="92" r="30" />
      <path class="sd-hill-far" d="M0 130c60-28 120-30 190-8s120 12 190-10 170-20 260 14v80H0z" />
      <path class="sd-hill-mid" d="M0 156c90-26 150-10 240 2s170-24 250-20 110 14 150 24v44H0z" />
      <path class="sd-hill-near" d="M0 182c120-18 200-14 320-4s220-10 320-6v34H0z" />
    </svg>
  );
}

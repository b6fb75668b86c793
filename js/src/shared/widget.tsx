/** What anywidget asks of a widget's module: one state per model, made in `initialize`; one tree of components per view. */

import { Component, type ComponentChild, type ComponentChildren, render as paint } from "preact";
import { guardEvents, keepFocus, watchHost } from "./host";
import { textOf, type Transport, type Model } from "./transport";

interface InitializeProps<T> {
  readonly model: Model<T>;
  readonly signal: AbortSignal;
}

interface RenderProps<T> extends InitializeProps<T> {
  readonly el: HTMLElement;
  readonly host?: Host;
}

/** What shows other widgets within a view. Hosts older than anywidget 0.11 have none. */
export interface Host {
  /** `ref` is the value of a trait that holds a widget. What is rendered goes when `signal` ends. */
  getWidget(ref: string): Promise<{ render(props: { el: HTMLElement; signal: AbortSignal }): Promise<void> }>;
}

/** The view is painted within an element of `className`; `signal` ends with the model, or with the view. */
export function widget<T, S extends { readonly kernel: Pick<Transport, "lost" | "greet"> }>(
  className: string,
  createState: (model: Model<T>, signal: AbortSignal) => S,
  view: (state: S, root: HTMLElement, signal: AbortSignal, host: Host | undefined) => ComponentChild,
) {
  let state: S | undefined;
  let broken: unknown;
  return {
    initialize({ model, signal }: InitializeProps<T>): void {
      // The host shows nothing of an error here, so it is kept for `render` to show.
      try {
        state = createState(model, signal);
      } catch (error) {
        broken = error;
      }
    },
    render({ model, el, signal, host }: RenderProps<T>): void {
      const root = el.ownerDocument.createElement("div");
      root.className = className;
      el.append(root);
      signal.addEventListener("abort", () => {
        paint(null, root);
        root.remove();
      });
      try {
        if (!state) throw broken ?? new Error("The widget was not initialised.");
        watchHost(model, el, state.kernel);
        guardEvents(root, signal);
        keepFocus(root, signal);
        paint(view(state, root, signal, host), root);
      } catch (error) {
        paint(<ErrorBox error={error} />, root);
      }
    },
  };
}

export function ErrorBox({ error }: { error: unknown }) {
  return (
    <div class="sd-crash" role="alert">
      <b>This widget could not be drawn.</b>
      <code>{textOf(error)}</code>
      <span>Run the cell again. If it stays, please report it with this text.</span>
    </div>
  );
}

/** Paints what went wrong where the component would have been. */
export class Guard extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ error });
  }

  override render() {
    return this.state.error === null ? this.props.children : <ErrorBox error={this.state.error} />;
  }
}

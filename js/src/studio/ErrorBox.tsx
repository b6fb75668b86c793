import { Component, type ComponentChildren } from "preact";

export function ErrorBox({ error }: { error: unknown }) {
  return (
    <div class="sd-crash" role="alert">
      <b>This widget could not be drawn.</b>
      <code>{error instanceof Error ? error.message : String(error)}</code>
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

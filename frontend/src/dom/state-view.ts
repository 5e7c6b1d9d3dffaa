// A part of a page that shows a state.

export interface StateView<State> {
  /** The same state may be shown again. */
  show(state: State): void;
}

/** A view whose code is loaded when it is first shown; then it shows the newest state. */
export function lazy<State>(load: () => Promise<StateView<State>>): StateView<State> {
  let view: StateView<State> | undefined;
  let newest: { state: State } | undefined;
  return {
    show(state) {
      if (view) return view.show(state);
      const isFirst = newest === undefined;
      newest = { state };
      if (!isFirst) return;
      load().then((loaded) => {
        view = loaded;
        if (newest) view.show(newest.state);
      });
    },
  };
}

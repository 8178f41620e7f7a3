// What Streamlit hands to a component's script, whose default export it calls: first when the component appears, and
// again whenever its data, its place on the page or the theme has changed. Nothing of it is run; it is for the checker.

type Nothing = Record<never, never>;

/** `State` and `Triggers` are what the script may tell the server, by name; a trigger holds for one run. */
export interface Component<Data, State = Nothing, Triggers = Nothing> {
  /** As the server named the component, and the instance's own. */
  name: string;
  key: string;
  data: Data;
  /** The same at every call; a shadow root where the component's styles are isolated. */
  parentElement: HTMLElement | ShadowRoot;
  setStateValue<Name extends keyof State>(name: Name, value: State[Name]): void;
  setTriggerValue<Name extends keyof Triggers>(name: Name, value: Triggers[Name]): void;
}

/**
 * What a script may return. Streamlit calls the last one when the component leaves the page, and none of those before:
 * a script that is called again has to end what it began the last time. Where a call was overtaken by the next while
 * the script was being loaded, the first one's end is called after the second has begun.
 */
export type End = () => void;

/** Creates elements. Text stays text, so names of runs or pictures cannot become markup. */

type Child = Node | string | false | null | undefined;
type Handlers = { readonly [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void };
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes (false and undefined are omitted, true has no value), handlers and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  children: readonly Child[] = [],
  handlers: Handlers = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== false && value !== undefined) made.setAttribute(key, value === true ? '' : String(value));
  for (const child of children) if (child !== false && child !== null && child !== undefined) made.append(child);
  for (const [key, handler] of Object.entries(handlers)) made.addEventListener(key.slice(2), handler as EventListener);
  return made;
}

/** The element for a selector. Throws an Error if the page has none, because then page and script do not match. */
export function required<E extends Element>(selector: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}

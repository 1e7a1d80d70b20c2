type Attributes = Record<string, string | boolean | undefined | ((event: Event) => void)>;
export type Child = Node | string | undefined | false;

/** Makes an element. Text becomes text nodes, never markup; `on…` adds a listener; false and undefined leave an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  add(element, children);
  return element;
}

/** Appends what is there. */
export function add(parent: Node, children: readonly Child[]): void {
  for (const child of children)
    if (child !== undefined && child !== false)
      parent.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
}

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing of 24 × 24 that says nothing to a screen reader. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.appendChild(path);
  }
  return svg;
}

/** Strokes, drawn for this widget. */
const ICONS = {
  chat: [
    'M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-5 4.5V16A2 2 0 0 1 4 14z',
  ],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  down: ['M6 9.5l6 6 6-6'],
  send: ['M5 12h13', 'M12.5 5.5L19 12l-6.5 6.5'],
  clip: [
    'M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.5 1.5 0 0 1-2.2-2.2l7.2-7.2',
  ],
  clock: ['M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z', 'M12 7.5V12l3 2'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  checks: ['M2.5 12.5L7 17l8.5-9', 'M11 15.5l1.5 1.5L21.5 8'],
  alert: ['M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z', 'M12 8v5', 'M12 16v.1'],
  file: ['M7 3h7l4 4v12a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z', 'M14 3v4.5h4.5'],
  out: ['M9 5H6a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3', 'M13 4h7v7', 'M20 4l-9 9'],
  card: ['M3 7a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z', 'M3 10h18', 'M7 15h3'],
  right: ['M9.5 6l6 6-6 6'],
  form: [
    'M6 3h12a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z',
    'M9 8h6',
    'M9 12h6',
    'M9 16h3',
  ],
} as const;

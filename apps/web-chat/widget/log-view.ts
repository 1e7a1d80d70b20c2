import type { Line } from './conversation.js';
import { h, icon } from './dom.js';
import { dayOf, drawLine, type LineParts } from './line-view.js';

interface Drawn {
  version: string;
  element: HTMLElement;
}

/** Nearer to the end than this counts as at the end, in pixels. */
const NEAR = 60;

/** The scrolling list of messages: draws only what changed and keeps its place. */
export class LogView {
  readonly element: HTMLElement;
  private readonly list: HTMLElement;
  private readonly newer: HTMLButtonElement;
  private readonly typing: HTMLElement;
  private readonly earlier: HTMLButtonElement;
  private drawn = new Map<string, Drawn>();
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private isAtEnd = true;

  constructor(
    private readonly parts: LineParts & { onEarlier: () => void },
    private readonly greeting: HTMLElement,
  ) {
    const { words } = parts;
    this.earlier = h(
      'button',
      { type: 'button', class: 'earlier', hidden: true, onclick: () => parts.onEarlier() },
      words.earlier,
    );
    this.list = h('div', {
      class: 'lines',
      role: 'log',
      'aria-label': words.messages,
      'aria-live': 'polite',
    });
    this.typing = h('div', { class: 'typing', role: 'status' });
    const scroller = h(
      'div',
      { class: 'scroller', tabindex: '0', onscroll: () => this.scrolled() },
      this.earlier,
      greeting,
      this.list,
      this.typing,
    );
    this.newer = h(
      'button',
      { type: 'button', class: 'newer', hidden: true, onclick: () => this.toEnd() },
      words.newer,
      icon('down'),
    );
    this.element = h('div', { class: 'log' }, scroller, this.newer);
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.list);
  }

  private get scroller(): HTMLElement {
    return this.element.firstElementChild as HTMLElement;
  }

  /** @param keepPlace earlier lines were put in front: what is looked at stays where it is. */
  show(lines: readonly Line[], more: boolean, keepPlace = false): void {
    const { scroller, list } = this;
    const [height, wasAtEnd, isFirst] = [scroller.scrollHeight, this.isAtEnd, this.drawn.size === 0];
    const before = list.lastElementChild;
    // Old messages are no news to a screen reader.
    list.setAttribute('aria-busy', String(keepPlace || isFirst));
    this.draw(lines);
    this.earlier.hidden = !more;
    if (more) this.greeting.hidden = true;
    if (keepPlace) scroller.scrollTop += scroller.scrollHeight - height;
    else if (wasAtEnd && !isFirst && scroller.scrollHeight - height > scroller.clientHeight)
      this.toStartOf(before?.nextElementSibling);
    else if (wasAtEnd || lines.at(-1)?.state === 'sending') this.toEnd();
    else if (scroller.scrollHeight > height) this.newer.hidden = false;
    list.setAttribute('aria-busy', 'false');
  }

  showTyping(words: string | undefined, ms = 0): void {
    clearTimeout(this.typingTimer);
    if (words === undefined) return this.typing.replaceChildren();
    if (this.typing.childElementCount === 0)
      this.typing.append(
        h('span', { class: 'dots' }, h('i'), h('i'), h('i')),
        h('span', { class: 'hidden' }, words),
      );
    this.typingTimer = setTimeout(() => this.showTyping(undefined), ms);
    if (this.isAtEnd) this.toEnd();
  }

  /** How the business is called from now on; what is drawn keeps the old name. */
  rename(name: string): void {
    this.parts.name = name;
  }

  toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newer.hidden = true;
    this.isAtEnd = true;
  }

  /** What is longer than the window is read from its beginning. */
  private toStartOf(element: Element | null | undefined): void {
    element?.scrollIntoView({ block: 'start' });
    this.isAtEnd = false;
    this.newer.hidden = false;
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.isAtEnd) this.newer.hidden = true;
  }

  private draw(lines: readonly Line[]): void {
    const before = this.drawn;
    this.drawn = new Map();
    let day = '';
    let previous: Line | undefined;
    const wanted: HTMLElement[] = [];
    for (const line of lines) {
      const today = dayOf(line.at, this.parts.words);
      if (today !== day)
        wanted.push(this.reuse(before, `day ${today}`, '', () => h('div', { class: 'day' }, today)));
      // A run of messages of one side moves together.
      const follows = day === today && previous?.direction === line.direction;
      day = today;
      previous = line;
      const element = this.reuse(before, line.key, line.version, () => drawLine(line, this.parts));
      element.classList.toggle('follows', follows);
      wanted.push(element);
    }
    place(this.list, wanted);
  }

  private reuse(
    before: Map<string, Drawn>,
    key: string,
    version: string,
    make: () => HTMLElement,
  ): HTMLElement {
    const known = before.get(key);
    const element = known?.version === version ? known.element : make();
    this.drawn.set(key, { version, element });
    return element;
  }
}

/** Makes the children exactly these, moving nothing that is in its place: what has the focus keeps it. */
function place(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const kept = new Set<Element>(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((element, index) => {
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
}

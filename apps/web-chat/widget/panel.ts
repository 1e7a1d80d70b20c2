import { h, icon } from './dom.js';
import { inkOn, type Options } from './options.js';
import { STYLE } from './style.js';
import { fill } from './words.js';

export interface PanelParts {
  options: Options;
  onOpen: () => void;
  onClose: () => void;
  onFiles: (files: FileList) => void;
}

const FOCUSABLE =
  'button:not([disabled]):not([hidden]), a[href], textarea, [tabindex="0"], video, audio, input:not([hidden])';

/** The button on the page and the dialog it opens, in a shadow of their own: the page's styles end outside, ours inside. */
export class Panel {
  readonly host = document.createElement('skein-chat');
  readonly dialog: HTMLElement;
  readonly notice = h('div', { class: 'notice', role: 'status', hidden: true });
  private readonly launcher: HTMLButtonElement;
  private readonly badge = h('span', { class: 'badge', hidden: true });
  private readonly title = h('h2', { id: 'title' });
  private readonly state = h('p', { class: 'state' });
  private readonly avatar = h('span', { class: 'avatar', 'aria-hidden': 'true' });
  private readonly live = h('div', { class: 'hidden', role: 'status' });

  constructor(private readonly parts: PanelParts) {
    const { options } = parts;
    const { words } = options;
    const close = h(
      'button',
      { type: 'button', class: 'plain close', 'aria-label': words.close, onclick: () => this.close() },
      icon('down'),
    );
    this.dialog = h(
      'section',
      {
        class: 'panel',
        role: 'dialog',
        'aria-modal': 'false',
        'aria-labelledby': 'title',
        id: 'panel',
        hidden: true,
      },
      h('header', {}, this.avatar, h('div', { class: 'names' }, this.title, this.state), close),
    );
    this.launcher = h(
      'button',
      {
        type: 'button',
        class: 'launcher',
        'aria-expanded': 'false',
        'aria-controls': 'panel',
        onclick: () => this.toggle(),
      },
      icon('chat'),
      icon('down'),
      this.badge,
    );
    const root = h(
      'div',
      { class: `root ${options.side}`, 'data-theme': options.theme },
      this.dialog,
      this.launcher,
      this.live,
    );
    root.style.setProperty('--accent', options.accent);
    root.style.setProperty('--on-accent', inkOn(options.accent));
    const shadow = this.host.attachShadow({ mode: 'open' });
    dress(shadow);
    shadow.append(root);
    this.dialog.addEventListener('keydown', (event) => this.key(event));
    this.acceptDrops();
    this.name(options.title ?? '');
    this.unread(0);
  }

  get isOpen(): boolean {
    return !this.dialog.hidden;
  }

  open(focus: HTMLElement | undefined): void {
    if (this.isOpen) return;
    this.dialog.hidden = false;
    this.launcher.setAttribute('aria-expanded', 'true');
    this.parts.onOpen();
    focus?.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.dialog.hidden = true;
    this.launcher.setAttribute('aria-expanded', 'false');
    this.parts.onClose();
    this.launcher.focus();
  }

  name(title: string): void {
    this.title.textContent = title;
    this.avatar.textContent = [...title.trim()][0]?.toUpperCase() ?? '';
  }

  tell(state: string, isGood: boolean): void {
    this.state.textContent = state;
    this.state.classList.toggle('good', isGood);
  }

  /** @param isCalm it mends itself. */
  warn(words: string | undefined, isCalm = false): void {
    this.notice.textContent = words ?? '';
    this.notice.classList.toggle('calm', isCalm);
    this.notice.hidden = !words;
  }

  unread(count: number): void {
    const { words } = this.parts.options;
    const told = fill(words.unread, count);
    if (count > 0 && this.badge.textContent !== String(count)) this.live.textContent = told;
    if (count === 0) this.live.textContent = '';
    this.badge.textContent = count > 99 ? '99+' : String(count);
    this.badge.hidden = count === 0;
    const name = this.isOpen ? words.close : words.open;
    this.launcher.setAttribute('aria-label', count > 0 ? `${name}, ${told}` : name);
  }

  private toggle(): void {
    if (this.isOpen) this.close();
    else this.open(this.dialog.querySelector('textarea') ?? undefined);
  }

  /** Escape closes; Tab goes round inside. */
  private key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation();
      return this.close();
    }
    if (event.key !== 'Tab') return;
    const inside = [...this.dialog.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      (element) => element.getClientRects().length > 0,
    );
    const [first, last] = [inside[0], inside.at(-1)];
    const active = this.host.shadowRoot?.activeElement;
    const leaves = event.shiftKey ? active === first : active === last;
    if (!leaves) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  private acceptDrops(): void {
    const { dialog } = this;
    dialog.addEventListener('dragover', (event) => {
      event.preventDefault();
      dialog.classList.add('dropping');
    });
    for (const end of ['dragleave', 'drop'])
      dialog.addEventListener(end, () => dialog.classList.remove('dropping'));
    dialog.addEventListener('drop', (event) => {
      event.preventDefault();
      if (event.dataTransfer) this.parts.onFiles(event.dataTransfer.files);
    });
  }
}

/** Styles as an object: a page whose policy forbids inline styles shows them all the same. */
function dress(shadow: ShadowRoot): void {
  if ('replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
  } else {
    shadow.append(h('style', {}, STYLE));
  }
}

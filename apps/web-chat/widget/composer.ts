import { LIMITS } from '../src/protocol.js';
import { h, icon } from './dom.js';
import type { Uploads } from './uploads.js';
import type { Words } from './words.js';

export interface ComposerParts {
  words: Words;
  uploads: Uploads;
  draft: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
  onProblem: (words: string | undefined) => void;
}

/** Where the message is written. Enter sends, Shift and Enter begins a new line. */
export class Composer {
  readonly element: HTMLFormElement;
  readonly field: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;

  constructor(private readonly parts: ComposerParts) {
    const { words, uploads } = parts;
    this.field = h('textarea', {
      ...{ rows: '1', dir: 'auto', 'aria-label': words.message, placeholder: words.placeholder },
      ...{ autocomplete: 'off', enterkeyhint: 'send', maxlength: String(LIMITS.messageBytes) },
      oninput: () => this.changed(),
      onkeydown: (event) => this.typed(event as KeyboardEvent),
      onpaste: (event) => this.addFiles((event as ClipboardEvent).clipboardData?.files),
    });
    this.field.value = parts.draft;
    const picker = h('input', {
      type: 'file',
      multiple: true,
      hidden: true,
      tabindex: '-1',
      'aria-hidden': 'true',
    });
    picker.addEventListener('change', () => {
      this.addFiles(picker.files);
      picker.value = '';
    });
    const attach = h(
      'button',
      { type: 'button', class: 'plain', 'aria-label': words.attach, onclick: () => picker.click() },
      icon('clip'),
    );
    this.button = h('button', { type: 'submit', class: 'send', 'aria-label': words.send }, icon('send'));
    this.element = h(
      'form',
      { class: 'composer', onsubmit: (event) => this.submit(event) },
      uploads.element,
      h('div', { class: 'row' }, attach, picker, this.field, this.button),
    );
    this.refresh();
  }

  addFiles(files: FileList | null | undefined): void {
    if (files && files.length > 0) this.parts.onProblem(this.parts.uploads.add(files));
  }

  /** The size of the field, and whether there is something to send. */
  refresh(): void {
    const { field, button } = this;
    const { uploads } = this.parts;
    field.style.height = 'auto';
    if (field.scrollHeight > 0) field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
    const isEmpty = field.value.trim() === '' && uploads.ready.length === 0;
    button.disabled = isEmpty || uploads.isBusy;
  }

  clear(): void {
    this.field.value = '';
    this.changed();
  }

  private changed(): void {
    this.parts.onDraft(this.field.value);
    this.refresh();
  }

  private typed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    this.submit(event);
  }

  private submit(event: Event): void {
    event.preventDefault();
    const text = this.field.value.trim();
    if (this.button.disabled) return;
    if (new TextEncoder().encode(text).length > LIMITS.messageBytes)
      return this.parts.onProblem(this.parts.words.tooLong);
    this.parts.onProblem(undefined);
    this.parts.onSend(text);
    this.clear();
    this.field.focus();
  }
}

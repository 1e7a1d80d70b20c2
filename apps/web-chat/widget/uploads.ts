import type { Uploaded } from '../src/protocol.js';
import { LIMITS } from '../src/protocol.js';
import { h, icon } from './dom.js';
import { fill, type Words } from './words.js';

export interface UploadsParts {
  words: Words;
  url: string;
  token: () => string;
  onChange: () => void;
}

interface Item {
  name: string;
  chip: HTMLElement;
  uploaded?: Uploaded;
  failed?: true;
  abort: AbortController;
}

/** The files beside the message that is being written. */
export class Uploads {
  readonly element = h('ul', { class: 'chips', hidden: true });
  private items: Item[] = [];

  constructor(private readonly parts: UploadsParts) {}

  /** Files that are on the server. */
  get ready(): Uploaded[] {
    return this.items.flatMap(({ uploaded }) => uploaded ?? []);
  }

  get isBusy(): boolean {
    return this.items.some(({ uploaded, failed }) => !uploaded && !failed);
  }

  /** @returns what is wrong with them, if something is. */
  add(files: Iterable<File>): string | undefined {
    const all = [...files];
    const small = all.filter(({ size }) => size <= LIMITS.fileBytes);
    for (const file of small.slice(0, LIMITS.filesPerMessage - this.items.length)) void this.upload(file);
    return small.length < all.length ? this.parts.words.tooLarge : undefined;
  }

  clear(): void {
    this.items = [];
    this.changed();
  }

  private async upload(file: File): Promise<void> {
    const { words, url, token } = this.parts;
    const state = h('span', { class: 'subtitle' }, words.uploading);
    const abort = new AbortController();
    const item: Item = { name: file.name, chip: h('li', {}), abort };
    const remove = h(
      'button',
      {
        type: 'button',
        class: 'plain',
        'aria-label': fill(words.remove, file.name),
        onclick: () => this.remove(item),
      },
      icon('close'),
    );
    item.chip.append(
      icon('file'),
      h('span', { class: 'words' }, h('span', { class: 'title', dir: 'auto' }, file.name), state),
      remove,
    );
    this.items.push(item);
    this.changed();
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token()}`,
          'content-type': 'application/octet-stream',
          'x-file-name': encodeURIComponent(file.name),
        },
        body: file,
        signal: abort.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      item.uploaded = (await answer.json()) as Uploaded;
      state.textContent = '';
    } catch {
      item.failed = true;
      state.textContent = words.uploadFailed;
      item.chip.classList.add('failed');
    }
    this.changed();
  }

  private remove(item: Item): void {
    item.abort.abort();
    this.items = this.items.filter((one) => one !== item);
    this.changed();
  }

  private changed(): void {
    this.element.replaceChildren(...this.items.map(({ chip }) => chip));
    this.element.hidden = this.items.length === 0;
    this.parts.onChange();
  }
}

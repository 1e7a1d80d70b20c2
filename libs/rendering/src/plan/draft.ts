import type { Capabilities, Loss, Part } from '@skein/contracts';
import type { Dialect } from '../dialects/dialect.js';
import { measure } from '../text/measure.js';
import { fitLabels, shorten } from '../text/shorten.js';
import { splitText } from '../text/split.js';
import { ChoiceList } from './choices.js';
import { LossList } from './loss-list.js';
import type { Wording } from './plan.js';

/** The parts of one message while they are made. Text waits, so that the buttons after it can take it along. */
export class Draft {
  readonly parts: Part[] = [];
  readonly losses = new LossList();
  readonly choices = new ChoiceList();
  private waiting: string[] = [];

  constructor(
    readonly capabilities: Capabilities,
    readonly dialect: Dialect,
    readonly wording: Wording,
  ) {}

  /** Text in the dialect, after what waits. */
  text(text: string): void {
    if (text.trim() !== '') this.waiting.push(text);
  }

  lose(component: string, effect: Loss['effect'], detail: string): void {
    this.losses.add(component, effect, detail);
  }

  size(text: string): number {
    return measure(text, this.capabilities.text.unit);
  }

  /** A label within `max`; a shortened one is reported with its full text. */
  label(component: string, label: string, max: number): string {
    return this.labels(component, [label], max, false)[0] ?? '';
  }

  labels(component: string, labels: readonly string[], max: number, unique: boolean): string[] {
    const fitted = fitLabels(labels, max, this.capabilities.text.unit, unique);
    fitted.forEach((label, index) => {
      const full = labels[index] ?? '';
      if (label !== full)
        this.lose(component, 'downgraded', `"${shorten(full, 200, 'utf16')}" shown as "${label}"`);
    });
    return fitted;
  }

  /** Sends all waiting text but its last piece of at most `max`, which the next part takes along; '' when none waits. */
  lastText(max: number): string {
    const { max: textMax, unit } = this.capabilities.text;
    const pieces = splitText(this.waiting.join('\n\n'), textMax, unit);
    this.waiting = [];
    const tail = splitText(pieces.pop() ?? '', Math.min(max, textMax), unit);
    const last = tail.pop() ?? '';
    for (const text of [...pieces, ...tail]) this.parts.push({ type: 'text', text });
    return last;
  }

  push(part: Part): void {
    this.flush();
    this.parts.push(part);
  }

  flush(): void {
    const last = this.lastText(this.capabilities.text.max);
    if (last !== '') this.parts.push({ type: 'text', text: last });
  }
}

import type { Capabilities, Loss, Part } from '@skein/contracts';
import type { Dialect } from '../dialects/dialect.js';
import { joined } from '../markup/run.js';
import type { Run } from '../markup/run.js';
import { splitLast, splitRuns } from '../markup/split-runs.js';
import type { Size } from '../markup/split-runs.js';
import { measure } from '../text/measure.js';
import { fitLabels, shorten } from '../text/shorten.js';
import { ChoiceList } from './choices.js';
import { LossList } from './loss-list.js';
import type { Wording } from './plan.js';

/**
 * The parts of one message while they are made. Text waits as runs, so that the buttons after it can take it along, and is
 * written in the dialect only after it has been cut. Labels, titles and descriptions are plain values on every platform.
 */
export class Draft {
  readonly parts: Part[] = [];
  readonly losses = new LossList();
  readonly choices = new ChoiceList();
  private waiting: Run[][] = [];
  private readonly written: Size = (runs) => this.counted(this.dialect.write(runs));

  constructor(
    readonly capabilities: Capabilities,
    readonly dialect: Dialect,
    readonly wording: Wording,
    /** The public address of a stored file, where the caller has one. */
    readonly fileUrl?: (mediaId: string) => string,
  ) {}

  /** Text after what waits, with an empty line between. */
  text(runs: readonly Run[]): void {
    if (runs.some(({ text }) => text.trim() !== '')) this.waiting.push([...runs]);
  }

  lose(component: string, effect: Loss['effect'], detail: string): void {
    this.losses.add(component, effect, detail);
  }

  /** The length of a plain value. */
  size(value: string): number {
    return measure(value, this.capabilities.text.unit);
  }

  /** The length of a written text, as the platform counts it. */
  counted(written: string): number {
    return this.size(this.dialect.counted?.(written) ?? written);
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
    const pieces = this.pieces(joined(this.waiting, '\n\n'), this.capabilities.text.max);
    this.waiting = [];
    const { lead, last } = splitLast(pieces.pop() ?? [], max, this.written);
    for (const runs of [...pieces, lead]) {
      if (runs.length > 0) this.parts.push({ type: 'text', text: this.dialect.write(runs) });
    }
    return this.dialect.write(last);
  }

  /** Runs in pieces that are at most `max` long when they are written. */
  pieces(runs: readonly Run[], max: number): Run[][] {
    return splitRuns(runs, max, this.written);
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

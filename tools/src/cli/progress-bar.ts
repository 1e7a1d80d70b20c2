import { SingleBar } from 'cli-progress';

/** Shows how far something is. */
export interface ProgressBar {
  update: (value: number, note: string) => void;
  stop: () => void;
}

/** A bar on stderr, where there is a terminal to draw it on. */
export function progressBar(total: number): ProgressBar {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const format = '{bar} {value} of {total}  {note}';
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true });
  bar.start(total, 0, { note: '' });
  return { update: (value, note) => bar.update(value, { note }), stop: () => bar.stop() };
}

const COLOR = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (COLOR ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const red = paint(31);
const green = paint(32);
const yellow = paint(33);

/** Says what the launcher does, for a person who sees Skein for the first time. */
export const progress = {
  title: (text: string) => console.log(`\n${bold(text)}\n`),
  line: (text = '') => console.log(text),
  note: (text: string) => console.log(`  ${dim(text)}`),
  warn: (text: string) => console.log(`  ${yellow('!')} ${text}`),
  /** Runs one step and prints how long it took; a failure is left to the caller. */
  async step<T>(text: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`  ${green('✓')} ${text.padEnd(44)} ${dim(`${seconds} s`)}`);
    return result;
  },
  failure: (message: string, remedy: string | undefined) => {
    console.error(`\n  ${red('✗')} ${message.split('\n').join('\n    ')}`);
    if (remedy) console.error(`    ${bold('→')} ${remedy}`);
    console.error('');
  },
};

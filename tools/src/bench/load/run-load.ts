import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadReport, LoadSpec } from './load-spec.js';

const GENERATOR = fileURLToPath(new URL('./generator.js', import.meta.url));

/** Runs the load generator to its end. Throws when it dies or when a request was refused. */
export async function runLoad(spec: LoadSpec): Promise<LoadReport> {
  const child = fork(GENERATOR, { serialization: 'advanced' });
  const report = await new Promise<LoadReport>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadReport));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the load generator ended early (${code})`)));
    child.send(spec);
  });
  if (report.refused > 0) throw new Error(`${report.refused} requests were refused: ${report.firstRefusal}`);
  return report;
}

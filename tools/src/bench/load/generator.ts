import { Pool } from 'undici';
import { recipientOf, textOf } from '../recipients.js';
import type { LoadReport, LoadSpec } from './load-spec.js';

/** The load generator, a process of its own: gets a spec from its parent, sends, answers with a report, ends. */
process.once('message', (spec: LoadSpec) => {
  void generate(spec).then((report) => process.send?.(report, () => process.disconnect()));
});

async function generate(spec: LoadSpec): Promise<LoadReport> {
  const requests = Math.ceil(spec.messages / spec.batch);
  const pool = new Pool(spec.origin, { connections: spec.connections, pipelining: 1 });
  const report: LoadReport = {
    begunAt: new Float64Array(spec.messages),
    acceptMs: new Float64Array(requests),
    startedAt: Date.now(),
    endedAt: 0,
    refused: 0,
  };
  let next = 0;
  const worker = async () => {
    while (next < requests) await sendOne(pool, spec, next++, report);
  };
  await Promise.all(Array.from({ length: spec.connections }, worker));
  report.endedAt = Date.now();
  await pool.close();
  return report;
}

async function sendOne(pool: Pool, spec: LoadSpec, request: number, report: LoadReport): Promise<void> {
  const first = request * spec.batch;
  const last = Math.min(first + spec.batch, spec.messages);
  const body = bodyOf(spec, first, last);
  report.begunAt.fill(Date.now(), first, last);
  const begun = performance.now();
  const path = spec.batch === 1 ? spec.paths.one : spec.paths.batch;
  const answer = await pool.request({ path, method: 'POST', headers: spec.headers, body });
  const text = await answer.body.text();
  report.acceptMs[request] = performance.now() - begun;
  if (answer.statusCode >= 200 && answer.statusCode < 300) return;
  report.refused += 1;
  report.firstRefusal ??= `${answer.statusCode} ${text.slice(0, 500)}`;
}

function bodyOf(spec: LoadSpec, first: number, last: number): string {
  const messages = Array.from({ length: last - first }, (_, offset) => ({
    channelId: spec.channelId,
    to: { phoneNumber: recipientOf(first + offset) },
    text: textOf(spec.tag, first + offset),
  }));
  return JSON.stringify(spec.batch === 1 ? messages[0] : { messages });
}

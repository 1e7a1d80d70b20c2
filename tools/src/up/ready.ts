import { setupError } from '@skein/stack';
import { setTimeout as delay } from 'node:timers/promises';

const READY_BUDGET_MS = 60_000;

/** Waits until the api answers /health/ready with 200. Throws a SetupError with its last answer. */
export async function untilReady(apiUrl: string, mayGoOn: () => void): Promise<void> {
  const deadline = Date.now() + READY_BUDGET_MS;
  let last = '';
  while (Date.now() < deadline) {
    mayGoOn();
    const answer = await ask(`${apiUrl}/health/ready`);
    if (answer.ok) return;
    last = answer.text;
    await delay(100);
  }
  throw setupError(
    `${apiUrl}/health/ready did not say ready within ${READY_BUDGET_MS / 1000} s: ${last}`,
    'The answer names the check that fails.',
  );
}

async function ask(url: string): Promise<{ ok: boolean; text: string }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return { ok: answer.status === 200, text: `${answer.status} ${await answer.text()}` };
  } catch (error) {
    return { ok: false, text: String(error) };
  }
}

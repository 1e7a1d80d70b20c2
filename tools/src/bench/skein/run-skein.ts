import { stackProcesses, startStack, type Stack } from '@skein/testing';
import { randomBytes } from 'node:crypto';
import { ACCOUNT } from '../account.js';
import type { Figures } from '../measure/figures.js';
import { measure, warmUp, type Run } from '../measure/measure.js';
import type { Target } from '../measure/target.js';
import { PROFILE_ENV, profiled, watchStatements } from '../profile/profiled.js';
import { openWindows, registerAccount } from '../sandbox.js';
import { createChannel } from './channel.js';
import { untilQuiet } from './quiet.js';
import { watchStatuses } from './statuses.js';

/** Runs on one private stack, a process per service; every run with receipts on, then off. */
export async function runSkein(runs: Run[], isProfiled: boolean): Promise<Figures[]> {
  const secretKey = randomBytes(32).toString('base64');
  const env = { SKEIN_SECRET_KEY: secretKey, ...(isProfiled ? PROFILE_ENV : {}) };
  console.log('▸ skein: starting a private stack');
  const stack = await startStack({ split: true, env });
  try {
    if (isProfiled) await watchStatements(stack);
    await prepare(stack, secretKey);
    const all: Figures[] = [];
    for (const run of runs)
      for (const hasReceipts of isProfiled ? [true] : [true, false])
        all.push(await runOnce(stack, run, hasReceipts, isProfiled));
    return all;
  } catch (error) {
    console.error(stack.output());
    throw error;
  } finally {
    await stack.stop();
  }
}

async function prepare(stack: Stack, secretKey: string): Promise<void> {
  await createChannel(stack, secretKey);
  await register(stack, true);
  console.log('▸ skein: opening windows, letting the agent answer');
  await openWindows(stack.dev.sandboxUrl ?? '');
  await untilQuiet(stack);
  // What autovacuum does within a minute on tables this young; without it some runs would get its plans and some not.
  await stack.sql('VACUUM ANALYZE');
}

function register({ dev }: Stack, receipts: boolean): Promise<void> {
  const webhookUrl = `${dev.apiUrl}/webhooks/whatsapp/${ACCOUNT.channelId}`;
  return registerAccount(dev.sandboxUrl ?? '', { webhookUrl, receipts });
}

async function runOnce(stack: Stack, run: Run, hasReceipts: boolean, isProfiled: boolean): Promise<Figures> {
  const variant = hasReceipts ? 'receipts on' : 'receipts off';
  console.log(
    `▸ skein, ${variant}: ${run.messages} messages, ${run.batch} a request, ${run.connections} connections`,
  );
  await register(stack, hasReceipts);
  const target = targetOf(stack, variant, hasReceipts);
  await warmUp(target, run);
  await untilQuiet(stack);
  return isProfiled ? profiled(stack, () => measure(target, run)) : measure(target, run);
}

function targetOf(stack: Stack, variant: string, hasReceipts: boolean): Target {
  const { apiUrl, apiKey, sandboxUrl } = stack.dev;
  return {
    name: 'skein',
    variant,
    load: {
      origin: apiUrl,
      paths: { one: '/v1/messages', batch: '/v1/messages/batch' },
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      channelId: ACCOUNT.channelId,
    },
    sandboxUrl: sandboxUrl ?? '',
    processes: stackProcesses(stack.dataDir).filter(({ name }) => name !== 'launcher'),
    watchStatuses: (messages) => watchStatuses(stack, hasReceipts, messages),
  };
}

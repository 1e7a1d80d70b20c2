import { eventually, type Stack } from '@skein/testing';
import { ACCOUNT } from '../account.js';
import { RECIPIENTS } from '../recipients.js';

const LEFT = `
  SELECT
    (SELECT count(*) FROM turns WHERE state IN ('pending', 'running'))::int AS turns,
    (SELECT count(*) FROM messages WHERE direction = 'out' AND status IN ('accepted', 'queued', 'sending'))::int AS messages,
    (SELECT count(*) FROM inbound_events WHERE applied_at IS NULL)::int AS events,
    (SELECT count(*) FROM lanes WHERE channel_id = $1 AND window_until > skein_now())::int AS windows`;

interface Left extends Record<string, unknown> {
  turns: number;
  messages: number;
  events: number;
  windows: number;
}

interface AccountView {
  channelId: string;
  /** Only kinds that call webhooks have one. */
  webhook?: { waiting: number };
}

/** Events that the provider side has yet to deliver. */
export async function waitingWebhooks({ sandbox }: Stack): Promise<number> {
  const { body } = await sandbox<AccountView[]>('GET', '/accounts');
  return body.reduce((sum, { webhook }) => sum + (webhook?.waiting ?? 0), 0);
}

/** Waits until every window is open and nothing is left to do: no turn, no message, no event, no webhook on its way. */
export async function untilQuiet(stack: Stack): Promise<void> {
  const check = async () => {
    const [left] = await stack.sql<Left>(LEFT, [ACCOUNT.channelId]);
    const webhooks = await waitingWebhooks(stack);
    const isQuiet = left?.windows === RECIPIENTS && left.turns + left.messages + left.events + webhooks === 0;
    if (!isQuiet) throw new Error(`Skein did not become quiet: ${JSON.stringify({ ...left, webhooks })}`);
  };
  await eventually(check, { timeoutMs: 180_000, everyMs: 500 });
}

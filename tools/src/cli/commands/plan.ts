import type { Command } from 'commander';
import { action, type Run } from '../run.js';
import { plain } from '../screen.js';
import { showOne, when } from '../show.js';
import { requestOf, sendOptions } from './send.js';

interface Plan {
  status: string;
  reason?: string;
  detail?: string;
  next?: string[];
  scheduledFor?: string;
  heldUntil?: string;
  channel?: { id: string; kind: string };
  address?: string;
  conversationId?: string | null;
  window?: { open: boolean; until: string | null };
  optedOut?: string | null;
  prompt?: { text: string };
  parts: { type: string; text?: string }[];
  losses: unknown[];
}

export function addPlan(program: Command): void {
  const plan = program.command('plan').description('Show what a send would do, without sending');
  sendOptions(plan).action(action(run));
}

async function run(run: Run): Promise<void> {
  const { body } = requestOf(run.args, run.options);
  const plan = await run.client.post<Plan>('/v1/messages/plan', body);
  const window = plan.window && (plan.window.open ? `open until ${when(plan.window.until)}` : 'closed');
  showOne(run, plan, [
    ['would be', plan.status],
    ['because', plan.detail ?? plan.reason],
    ['do', plan.next?.join(' ')],
    ['channel', plan.channel && `${plan.channel.id} (${plan.channel.kind})`],
    ['address', plan.address],
    ['conversation', plan.conversationId ?? 'a new one'],
    ['window', window],
    ['opted out', plan.optedOut],
    ['at', when(plan.scheduledFor)],
    ['held until', when(plan.heldUntil)],
    ['prompt', plan.prompt?.text],
    ...plan.parts.map(
      (part, index) => [`part ${index + 1}`, `${part.type}: ${part.text ?? plain(part)}`] as const,
    ),
    ...plan.losses.map((loss) => ['lost', plain(loss, 300)] as const),
  ]);
}

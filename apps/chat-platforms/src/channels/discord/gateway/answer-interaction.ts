import { objectOf, textOf } from '@skein/contracts';
import type { GuardedClient } from '@skein/channel-kit';
import type { DiscordConfig } from '../config.js';
import { firstAnswer } from '../first-answer.js';
import { restRequest } from '../rest.js';
import { snowflakeOf } from '../snowflake.js';

/** After 3 s the person has been told that it failed. */
const TIMEOUT_MS = 3_000;

/**
 * Answers an interaction that came over the Gateway, as they do for an application without an interactions address. Best effort: the event
 * is stored, and what the person sees for a moment changes nothing. Never rejects.
 */
export async function answerInteraction(
  value: unknown,
  config: DiscordConfig,
  http: GuardedClient,
): Promise<void> {
  const interaction = objectOf(value);
  const [id, token] = [snowflakeOf(interaction?.['id']), textOf(interaction?.['token'])];
  const body = firstAnswer(interaction?.['type']);
  if (id === undefined || token === undefined || body === undefined) return;
  const path = `/interactions/${id}/${encodeURIComponent(token)}/callback`;
  await restRequest(
    config,
    { method: 'POST', path, body },
    { http, signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
}

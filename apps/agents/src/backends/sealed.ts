import { openCredentials } from '@skein/persistence';
import type { TurnContext } from './backend.js';

/** What an agent's configuration holds sealed: the secret that signs its turns, or the key of a model's server. */
export interface BackendSecrets {
  secret?: string;
  apiKey?: string;
}

/** Opens what is sealed in an agent's configuration. @throws when the deployment has no key, or another one than it was sealed with */
export function openSealed(secretKey: string | undefined, turn: TurnContext): BackendSecrets {
  const { sealed } = turn.backend;
  if (typeof sealed !== 'string') return {};
  if (secretKey === undefined) throw new Error('SKEIN_SECRET_KEY is not set.');
  const owner = `${turn.workspaceId}/${turn.agentId}`;
  return openCredentials(secretKey, owner, Buffer.from(sealed, 'base64')) as BackendSecrets;
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a turn token stands for: one try of one turn. It lets its bearer send as that turn until the try is over. */
export interface TurnClaim {
  workspaceId: string;
  turnId: string;
  /** The token under which the try holds the turn; another try has another. */
  fence: string;
  agentId: string;
  channelId: string;
  conversationId: string;
}

/** Name of the header that carries a turn token. */
export const TURN_HEADER = 'skein-turn';

/** Longest token that is looked at, in characters. */
const MAX_TOKEN = 2048;

/**
 * Signs a turn token: base64url of the claim and of an HMAC-SHA256 over it.
 *
 * @param secretKey the deployment's secret in base64; the key of tokens is derived from it.
 * @param expiresAt after which nobody accepts it, whatever has become of the turn.
 */
export function signTurnToken(secretKey: string, claim: TurnClaim, expiresAt: Date): string {
  const { workspaceId, turnId, fence, agentId, channelId, conversationId } = claim;
  const fields = [workspaceId, turnId, fence, agentId, channelId, conversationId, expiresAt.getTime()];
  const body = Buffer.from(JSON.stringify(fields)).toString('base64url');
  return `${body}.${macOf(secretKey, body).toString('base64url')}`;
}

/** What a turn token stands for; undefined for one that is not ours or has expired. Whether the try still runs only the turn's row tells. */
export function readTurnToken(secretKey: string, token: string, now: Date): TurnClaim | undefined {
  const [body, mac, rest] = token.length > MAX_TOKEN ? [] : token.split('.');
  if (body === undefined || mac === undefined || rest !== undefined) return undefined;
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(secretKey, body);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const fields = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [...string[], number];
  const [workspaceId, turnId, fence, agentId, channelId, conversationId] = fields as string[];
  if (Number(fields[6]) <= now.getTime()) return undefined;
  return { workspaceId, turnId, fence, agentId, channelId, conversationId } as TurnClaim;
}

function macOf(secretKey: string, body: string): Buffer {
  const key = createHmac('sha256', Buffer.from(secretKey, 'base64')).update('skein turn token').digest();
  return createHmac('sha256', key).update(body).digest();
}

import { CHANNEL_KINDS, subjects, type ChannelKind, type FieldError } from '@skein/contracts';
import { openCredentials } from '@skein/persistence';
import type { NatsLink } from '@skein/messaging';
import type { StoredChannel } from './database.js';
import { bad, fine, messageOf, unseen, type Finding } from './finding.js';

const ASK_MS = 3000;
/** 32 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{43}=$/;

/** Looks at the key that seals credentials. */
export function checkSecretKey(secretKey: string | undefined): Finding {
  const mend = 'Set SKEIN_SECRET_KEY to what the services have: 32 bytes in base64.';
  if (secretKey === undefined) return unseen('secret key', 'credentials cannot be opened from here', mend);
  return KEY.test(secretKey)
    ? fine('secret key', 'is set')
    : bad('secret key', 'is not 32 bytes in base64', mend);
}

/** Opens what is stored of every channel and has the service of its kind read it. No platform is asked. */
export async function checkCredentials(
  channels: readonly StoredChannel[],
  secretKey: string | undefined,
  link: NatsLink,
): Promise<Finding[]> {
  const looks = channels.map((channel) => checkOne(channel, secretKey, link));
  const wrong = (await Promise.all(looks)).flat();
  const sealed = channels.filter(({ credentials }) => credentials !== null).length;
  const isSure = wrong.length === 0 && secretKey !== undefined && sealed > 0;
  return isSure ? [fine('credentials', `those of ${sealed} channels are readable and complete`)] : wrong;
}

async function checkOne(
  { id, kind, account, credentials, pausedFor }: StoredChannel,
  secretKey: string | undefined,
  link: NatsLink,
): Promise<Finding[]> {
  const check = `channel ${id}`;
  const change = `Give it working credentials: PATCH /v1/channels/${id}.`;
  const paused = pausedFor === null ? [] : [bad(check, `${kind} is paused: ${pausedFor}`, change)];
  if (credentials === null || secretKey === undefined) return paused;
  try {
    const plain = openCredentials(secretKey, id, credentials);
    const answer = (await link.request(subjects.check(kindOf(kind)), plain, ASK_MS)) as Answer;
    if (answer.errors !== undefined) {
      const fields = answer.errors.map(({ field, reason }) => `${field} ${reason}`).join('; ');
      return [...paused, bad(check, `credentials of ${kind} are not valid: ${fields}`, change)];
    }
    const isOther = answer.account !== account;
    return isOther ? [...paused, bad(check, `its credentials belong to ${answer.account}`, change)] : paused;
  } catch (error) {
    return [...paused, whyNot(check, kind, error)];
  }
}

interface Answer {
  account?: string;
  errors?: FieldError[];
}

function whyNot(check: string, kind: string, error: unknown): Finding {
  const { name } = error as { name?: string };
  if (name === 'SealError')
    return bad(
      check,
      messageOf(error),
      'Set SKEIN_SECRET_KEY to the key they were stored with, or store them again.',
    );
  if (name === 'NoResponderError')
    return bad(check, `no service of ${kind} runs`, `Start the service of ${kind}.`);
  return unseen(
    check,
    `its credentials were not checked: ${messageOf(error)}`,
    `Read the log of the service of ${kind}.`,
  );
}

function kindOf(kind: string): ChannelKind {
  return CHANNEL_KINDS.find((known) => known === kind) ?? 'api';
}

import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { TokenBucket } from '../core/token-bucket.js';
import type { Account } from './accounts.js';
import { magicOf } from './magic.js';
import type { Verdict } from './checks.js';
import type { GraphProblem } from './graph-errors.js';
import type { Person } from './people.js';
import { DAY_MS, isWindowOpen } from './side.js';
import type { Template } from './templates.js';

/** One message in 6 s to one person, 45 at once and then paid back (Meta, throughput page, 21 May 2026). */
const PAIR = { burst: 45, perSecond: 1 / 6 };
const PAIRS_KEPT = 50_000;

export interface PolicyQuestion {
  account: Account;
  person: Person;
  template: Template | undefined;
  businessNow: number;
}

export type PolicyVerdict = { refused: GraphProblem } | { late: GraphProblem | undefined };

/** Throughput of the number, charged before anything else is looked at. */
export function checkThroughput(account: Account): Verdict {
  if (account.throughput === null || account.throughput.take(Date.now())) return undefined;
  return {
    code: 130429,
    details: 'Message failed to send because there were too many messages sent from this phone number.',
  };
}

/** The rules about this person: existence, consent, window, rates. A late problem is reported as a `failed` status. */
export function checkPolicy(question: PolicyQuestion): PolicyVerdict {
  const { account, person, template, businessNow } = question;
  const open = isWindowOpen(account, person.key, businessNow);
  const magic = magicProblem(question, open);
  if (magic?.when === 'now') return { refused: magic.problem };
  const refused =
    consentProblem(question) ??
    (template === undefined && !open && magic?.problem.code !== 131047 ? CLOSED : undefined) ??
    pairProblem(account, person) ??
    (open ? undefined : reachProblem(account, person, businessNow));
  if (refused) return { refused };
  return { late: magic?.problem ?? (open ? undefined : usMarketingProblem(person, template)) };
}

const CLOSED: GraphProblem = {
  code: 131047,
  details:
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
};

function magicProblem(
  { person, template }: PolicyQuestion,
  open: boolean,
): { when: string; problem: GraphProblem } | undefined {
  const magic = magicOf(person.waId);
  if (!magic || (magic.marketingOnly && template?.category !== 'MARKETING')) return undefined;
  if (magic.closedWindowOnly && (open || template !== undefined)) return undefined;
  return { when: magic.when, problem: { code: magic.code, details: magic.meaning } };
}

function consentProblem({ account, person, template }: PolicyQuestion): Verdict {
  if (template?.category === 'MARKETING' && account.stoppedMarketing.has(person.key)) {
    return { code: 131050, details: 'The user has stopped marketing messages from this business.' };
  }
  if (template?.category === 'AUTHENTICATION' && person.waId === null) {
    return { code: 131062, details: 'Authentication templates need a phone number.' };
  }
  return undefined;
}

function pairProblem(account: Account, person: Person): Verdict {
  if (!account.config.pairRate) return undefined;
  const now = Date.now();
  let bucket = account.pairs.get(person);
  if (!bucket) {
    if (account.pairs.size >= PAIRS_KEPT) forgetFull(account.pairs, now);
    bucket = new TokenBucket(PAIR.burst, PAIR.perSecond, now);
    account.pairs.set(person, bucket);
  }
  if (bucket.take(now)) return undefined;
  return { code: 131056, details: 'Too many messages sent from this phone number to the same phone number.' };
}

function forgetFull(pairs: Map<Person, TokenBucket>, now: number): void {
  for (const [person, bucket] of pairs) if (bucket.isFull(now)) pairs.delete(person);
}

function reachProblem({ config, reached }: Account, person: Person, businessNow: number): Verdict {
  if (config.uniqueUserLimit === null) return undefined;
  for (const [key, since] of reached) {
    // Insertion order is time order, so the first recent one ends the search.
    if (businessNow - since < DAY_MS) break;
    reached.delete(key);
  }
  if (reached.has(person.key)) return undefined;
  if (reached.size >= config.uniqueUserLimit) {
    return {
      code: 131048,
      details: `Limit of ${config.uniqueUserLimit} people in 24 hours outside the customer service window reached.`,
    };
  }
  reached.set(person.key, businessNow);
  return undefined;
}

/** Marketing templates do not reach numbers with a US area code (Meta, since 1 April 2025); reported late. */
function usMarketingProblem(person: Person, template: Template | undefined): Verdict {
  if (template?.category !== 'MARKETING' || !person.waId?.startsWith('1')) return undefined;
  if (parsePhoneNumberFromString(`+${person.waId}`)?.country !== 'US') return undefined;
  return { code: 131049, details: 'Marketing messages are not delivered to this number.' };
}

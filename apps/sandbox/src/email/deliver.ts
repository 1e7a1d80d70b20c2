import { createTransport } from 'nodemailer';
import type { World } from '../core/kind.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { errorCode } from '../core/post-webhook.js';
import type { Account, Letter } from './accounts.js';
import { REPORTING_HOST } from './reports.js';

/** Hands a letter to the account's inbound listener by SMTP, twice when `duplicate_webhook` strikes. */
export async function deliverLetter(
  world: World,
  account: Account,
  letter: Letter,
): Promise<DeliveryOutcome> {
  const outcome = await deliverOnce(account, letter);
  const scope = { channelId: account.config.channelId, address: letter.from };
  if (outcome === 'done' && world.faults.take('email', ['duplicate_webhook'], scope))
    await deliverOnce(account, letter);
  return outcome;
}

async function deliverOnce(account: Account, { from, to, raw }: Letter): Promise<DeliveryOutcome> {
  const { inboundSmtp } = account.config;
  const split = inboundSmtp.lastIndexOf(':');
  const transport = createTransport({
    host: inboundSmtp.slice(0, split).replace(/^\[|\]$/g, ''),
    port: Number(inboundSmtp.slice(split + 1)),
    secure: false,
    name: REPORTING_HOST,
    // As between mail servers: encryption when offered, without asking whose certificate it is.
    tls: { rejectUnauthorized: false },
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 30_000,
  });
  try {
    const { response } = await transport.sendMail({ envelope: { from, to }, raw });
    account.lastAnswer = response;
    return 'done';
  } catch (error) {
    const { responseCode, response } = error as { responseCode?: number; response?: string };
    account.lastAnswer = response ?? errorCode(error);
    if (responseCode === undefined || responseCode === 421) return 'away';
    return responseCode >= 500 ? 'rejected' : 'refused';
  } finally {
    transport.close();
  }
}

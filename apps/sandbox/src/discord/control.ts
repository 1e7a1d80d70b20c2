import { Fields } from '../core/fields.js';
import { isObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { invalid, refusalOf } from '../core/refusal.js';
import { chooseAccount } from '../core/choose-account.js';
import type { Trouble } from './gateway.js';
import type { DiscordSide } from './side.js';

const TROUBLES = ['drop', 'reconnect', 'invalid_session', 'silence', 'close'] as const;

/** `POST /discord/control/gateway {do, after?, code?, channelId?}`: something happens to the bot's connection. */
export function controlGateway({ accounts }: DiscordSide, body: Buffer): ProviderAnswer {
  try {
    const fields = new Fields(parse(body));
    const account = chooseAccount([...accounts.values()], new Set(), fields.optionalText('channelId'));
    account.gateway.bringAbout(readTrouble(fields), fields.number('after', 0) ?? 0);
    return { status: 200, body: account.gateway.view() };
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    return { status: refusal.status, body: { code: refusal.code, detail: refusal.message } };
  }
}

function readTrouble(fields: Fields): Trouble {
  const what = TROUBLES.find((known) => known === fields.text('do'));
  if (what === undefined) throw invalid('do', `must be one of ${TROUBLES.join(', ')}`);
  return what === 'close' ? { what, code: fields.number('code', 1000) ?? 4000 } : { what };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString() || '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

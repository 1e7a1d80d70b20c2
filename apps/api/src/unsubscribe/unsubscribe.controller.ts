import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { newId, type EventType, type PublicEvent } from '@skein/contracts';
import {
  Db,
  findUnsubscribeToken,
  insertOutbox,
  optOutByToken,
  type Unsubscription,
} from '@skein/persistence';
import { notFound } from '../http/query.js';
import { FactTeller, type StatusFact } from '../messages/tell-facts.js';
import { page } from './page.js';

/** One-click unsubscribe (RFC 8058): the token names recipient and list, POST acts without login or cookies, GET never does. */
@ApiTags('unsubscribe')
@Controller('unsubscribe')
export class UnsubscribeController {
  constructor(
    private readonly db: Db,
    private readonly facts: FactTeller,
  ) {}

  @Get(':token')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A page with a button; changes nothing' })
  async show(@Param('token') token: string): Promise<string> {
    await this.find(token);
    return page(
      'Unsubscribe',
      '<p>Do you want to receive no more messages at this address?</p><form method="post"><button>Unsubscribe</button></form>',
    );
  }

  @Post(':token')
  @HttpCode(200)
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Opts the address out' })
  async unsubscribe(@Param('token') token: string): Promise<string> {
    const target = await this.find(token);
    const { workspaceId } = target;
    const told = await this.db.transaction(async (sql) => {
      const { first, blocked } = await optOutByToken(sql, token, target);
      const facts = blocked.map(({ id, ...row }): StatusFact => ({
        ...row,
        workspaceId,
        messageId: id,
        status: 'blocked',
        reason: 'opted_out',
      }));
      const consent = first ? await insertOutbox(sql, 'api', [consentChanged(target)]) : [];
      return { facts, rows: [...consent, ...(await this.facts.note(sql, facts))] };
    });
    this.facts.tell(told.facts, told.rows);
    return page('Unsubscribed', '<p>You will receive no more messages at this address.</p>');
  }

  private async find(token: string): Promise<Unsubscription> {
    const usable = /^[\w.~-]{1,256}$/.test(token);
    return (
      (usable ? await findUnsubscribeToken(this.db, token) : undefined) ?? notFound('unsubscribe address')
    );
  }
}

function consentChanged({ workspaceId, messageId }: Unsubscription): {
  workspaceId: string;
  type: EventType;
  items: PublicEvent[];
} {
  const type = 'consent-changed';
  const data = { value: 'stop', purpose: 'all', evidence: 'one-click unsubscribe' };
  return { workspaceId, type, items: [{ id: newId(), type, at: new Date().toISOString(), messageId, data }] };
}

import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { E164, refuse, type FieldError } from '@skein/contracts';
import {
  claimContact,
  Db,
  findContact,
  type ContactClaim,
  type ContactView,
  type KeyOwner,
} from '@skein/persistence';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { notFound, readSafe, refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { ContactDto, type IdentityDto } from './contact.dto.js';

@ApiTags('contacts')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/contacts')
export class ContactsController {
  constructor(private readonly db: Db) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Creates the contact with this userId, or extends it' })
  @ApiBody({ schema: schemaOf(ContactDto) })
  async claim(@Caller() caller: KeyOwner, @JsonBody() json: JsonInput): Promise<ContactView> {
    const claim = claimOf(caller.workspaceId, json.value);
    const result = await this.db.transaction((sql) => claimContact(sql, claim));
    if ('taken' in result) {
      const taken = result.taken.map(({ kind, address }) => `${kind} ${address}`).join(', ');
      return refuse('identity_conflict', `Another contact has ${taken}; nothing was changed.`);
    }
    return (await findContact(this.db, caller.workspaceId, result.contactId)) ?? notFound('contact');
  }
}

function claimOf(workspaceId: string, body: unknown): ContactClaim {
  const { userId, identities = [], ...client } = readSafe(ContactDto, body);
  const errors = identities.flatMap(addressErrors);
  if (errors.length > 0) refuseFields(errors);
  return { workspaceId, userId, client, identities: identities.map(canonical) };
}

const PHONE_KINDS = new Set<string>(['whatsapp', 'sms']);
/** A WhatsApp user id without a phone number: country, dot, letters and digits (Graph API, checked 2026-11). */
const BUSINESS_SCOPED_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

function addressErrors({ kind, address }: IdentityDto, index: number): FieldError[] {
  const field = `identities.${index}.address`;
  if (kind === 'email' && !/^[^\s@]+@[^\s@]+$/.test(address))
    return [{ field, reason: 'must be an e-mail address' }];
  if (!PHONE_KINDS.has(kind) || E164.test(address)) return [];
  if (kind === 'whatsapp' && BUSINESS_SCOPED_ID.test(address)) return [];
  return [{ field, reason: 'must be a phone number in E.164 form, such as +5215512345678' }];
}

function canonical({ kind, address }: IdentityDto): IdentityDto {
  return { kind, address: kind === 'email' ? address.toLowerCase() : address };
}

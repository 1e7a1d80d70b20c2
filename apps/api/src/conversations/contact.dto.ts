import { CHANNEL_KINDS, Maybe, NestedList, Words, WordsList, type ChannelKind } from '@skein/contracts';
import { IsEmail, IsIn, IsObject } from 'class-validator';

export class IdentityDto {
  @IsIn(CHANNEL_KINDS, { message: `must be one of ${CHANNEL_KINDS.join(', ')}` }) kind!: ChannelKind;
  @Words(320) address!: string;
}

/** A person and the addresses that reach them. */
export class ContactDto {
  @Words(200) userId!: string;
  @Maybe() @Words(200) name?: string;
  @Maybe() @IsEmail({}, { message: 'must be an e-mail address' }) email?: string;
  @Maybe() @WordsList(50, 200) owners?: string[];
  @Maybe() @IsObject({ message: 'must be an object' }) customFields?: Record<string, unknown>;
  @Maybe() @NestedList(IdentityDto, 50) identities?: IdentityDto[];
}

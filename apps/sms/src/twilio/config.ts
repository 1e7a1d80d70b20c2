import { Secret } from '@skein/runtime';
import { IsNotEmpty, IsOptional, IsString, IsUrl, Matches, ValidateBy, ValidateIf } from 'class-validator';

/** One Twilio sender: a number, or a messaging service that chooses one. */
export class TwilioConfig {
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  baseUrl: string = 'https://api.twilio.com';

  /** Part of a path, therefore one plain word. */
  @Matches(/^AC[0-9A-Za-z]{32}$/)
  accountSid!: string;

  /** Signs the webhooks, and the calls too when no API key is given. */
  @Secret()
  @IsString()
  @IsNotEmpty()
  authToken!: string;

  @ValidateIf(({ apiKey, apiKeySecret }: TwilioConfig) => apiKey !== undefined || apiKeySecret !== undefined)
  @Matches(/^SK[0-9A-Za-z]{32}$/)
  apiKey?: string;

  @ValidateIf(({ apiKey, apiKeySecret }: TwilioConfig) => apiKey !== undefined || apiKeySecret !== undefined)
  @Secret()
  @IsString()
  @IsNotEmpty()
  apiKeySecret?: string;

  /** E.164, a short code, or an alphanumeric sender, which cannot be answered. */
  @ValidateIf(({ messagingServiceSid }: TwilioConfig) => messagingServiceSid === undefined)
  @Matches(/^(?:\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z0-9 ]{1,11})$/)
  from?: string;

  /** Takes the place of `from`. */
  @IsOptional()
  @Matches(/^MG[0-9A-Za-z]{32}$/)
  @InPlaceOf('from')
  messagingServiceSid?: string;
}

/** One of the two settings, not both. */
function InPlaceOf(other: keyof TwilioConfig): PropertyDecorator {
  return ValidateBy({
    name: 'inPlaceOf',
    validator: {
      validate: (_value: unknown, args) => (args?.object as TwilioConfig)[other] === undefined,
      defaultMessage: (args) => `${args?.property ?? 'this'} takes the place of ${other}: give one of them`,
    },
  });
}

import 'reflect-metadata';
import { Secret } from '@skein/runtime';
import { Type } from 'class-transformer';
import { IsIn, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { SmppConfig } from './smpp/config.js';
import { TwilioConfig } from './twilio/config.js';

export const CARRIERS = ['twilio', 'smpp'] as const;
export type Carrier = (typeof CARRIERS)[number];

/** One sender of text messages. The settings are those of its carrier, and of no other. */
export class SmsConfig {
  @IsIn(CARRIERS)
  carrier!: Carrier;

  /** Hidden as a whole wherever settings are shown, because it holds the auth token. */
  @Secret()
  @ValidateIf(({ carrier, twilio }: SmsConfig) => carrier === 'twilio' || twilio !== undefined)
  @OnlyFor('twilio')
  @ValidateNested()
  @Type(() => TwilioConfig)
  twilio?: TwilioConfig;

  /** Hidden as a whole, because it holds the password. */
  @Secret()
  @ValidateIf(({ carrier, smpp }: SmsConfig) => carrier === 'smpp' || smpp !== undefined)
  @OnlyFor('smpp')
  @ValidateNested()
  @Type(() => SmppConfig)
  smpp?: SmppConfig;
}

/** The block of settings is there exactly when the carrier is this one. */
function OnlyFor(carrier: Carrier): PropertyDecorator {
  return ValidateBy({
    name: 'onlyFor',
    validator: {
      validate: (value: unknown, args) =>
        typeof value === 'object' && value !== null && (args?.object as SmsConfig).carrier === carrier,
      defaultMessage: () => `${carrier} must be given when carrier is ${carrier}, and only then`,
    },
  });
}

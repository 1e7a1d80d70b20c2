import 'reflect-metadata';
import { Secret } from '@skein/runtime';
import {
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

/** One web chat: the pages it stands on, and the secrets that prove who is who. */
export class WebChatConfig {
  /** A name that no other web chat of the deployment has, such as the host name of the site. */
  @Matches(/^[A-Za-z0-9._-]{1,100}$/, { message: 'must be 1 to 100 letters, digits, . _ or -' })
  site!: string;

  /** Signs the tokens of anonymous visitors. Changing it makes all of them strangers. */
  @Secret()
  @IsString()
  @MinLength(16)
  visitorSecret!: string;

  /** Shared with the host page's server, which proves its users with it. */
  @Secret()
  @IsString()
  @MinLength(16)
  identitySecret!: string;

  /** Exact origins of the pages that may open the chat; a port may be `*`. Others are refused, save pages of this service itself. */
  @IsArray()
  @Matches(/^https?:\/\/[^/\s*:]+(:(\d{1,5}|\*))?$/, {
    each: true,
    message: 'must be origins such as https://www.example.com',
  })
  origins: string[] = [];

  @IsOptional()
  @IsString()
  @MaxLength(100)
  title?: string;

  /** Shown before the first message. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  greeting?: string;

  /** Proxies in front of the service, whose `X-Forwarded-For` is believed. */
  @IsInt()
  @Min(0)
  @Max(10)
  trustedProxies: number = 0;

  /** Open connections from one network address. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  connectionsPerIp: number = 50;
}

import 'reflect-metadata';
import { Secret } from '@skein/runtime';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsEmail,
  IsFQDN,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

/** The submission server of one account. */
export class SmtpConfig {
  @Matches(/^[A-Za-z0-9.:_-]{1,253}$/)
  host!: string;

  @IsInt()
  @Min(1)
  @Max(65_535)
  port!: number;

  @IsOptional()
  @IsString()
  user?: string;

  @IsOptional()
  @Secret()
  @IsString()
  password?: string;

  /** TLS from the first byte (port 465). */
  @IsBoolean()
  secure: boolean = false;

  /** Refuse to go on without STARTTLS. Unset: on port 587 only. */
  @IsOptional()
  @IsBoolean()
  requireTls?: boolean;
}

/** One e-mail address that is written to and answers. */
export class EmailConfig {
  @IsEmail({ require_tld: false })
  address!: string;

  @IsOptional()
  @IsString()
  fromName?: string;

  /** Hidden as a whole wherever settings are shown, because it holds the password. */
  @Secret()
  @ValidateNested()
  @Type(() => SmtpConfig)
  smtp!: SmtpConfig;

  /** Key of the tags in return paths; unset: the SMTP password. Without either, bounces are told by their content alone. */
  @IsOptional()
  @Secret()
  @IsString()
  @IsNotEmpty()
  returnPathKey?: string;

  /** Domain of the organisation; unset: that of the address. */
  @IsOptional()
  @IsFQDN({ require_tld: false })
  domain?: string;

  /** Domain in Message-IDs; unset: `domain`. */
  @IsOptional()
  @IsFQDN({ require_tld: false })
  messageIdDomain?: string;

  /** The server delivers `<local>+<tag>@domain` to the address, so that answers and bounces can name what they belong to. */
  @IsBoolean()
  plusAddressing: boolean = true;
}

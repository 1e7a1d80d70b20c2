import { Secret } from '@skein/runtime';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

/** One bind to an SMSC. Lengths are those of SMPP 3.4, 5.2, without the closing NUL. */
export class SmppConfig {
  @Matches(/^[A-Za-z0-9.:_-]{1,253}$/)
  host!: string;

  @IsInt()
  @Min(1)
  @Max(65_535)
  port!: number;

  /** TLS from the first byte; the certificate must be of `host`. */
  @IsBoolean()
  tls: boolean = false;

  @Matches(/^[\x21-\x7e]{1,15}$/)
  systemId!: string;

  /** Eight characters by the specification; some carriers take more. */
  @Secret()
  @IsString()
  @Length(1, 64)
  password!: string;

  @IsString()
  @MaxLength(12)
  systemType: string = '';

  /** `transceiver`: one connection for both directions. `pair`: a transmitter and a receiver, for an SMSC that knows no transceiver. */
  @IsIn(['transceiver', 'pair'])
  bind: 'transceiver' | 'pair' = 'transceiver';

  /** The sender: E.164, a short code, or an alphanumeric one, which cannot be answered. */
  @Matches(/^(?:\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z0-9 ]{1,11})$/)
  sourceAddress!: string;

  @IsString()
  @MaxLength(5)
  serviceType: string = '';

  /** Submits that may be without an answer at one time. */
  @IsInt()
  @Min(1)
  @Max(1000)
  window: number = 10;

  /** Seconds between two checks of a quiet connection. */
  @IsInt()
  @Min(1)
  @Max(600)
  enquireSeconds: number = 30;

  /**
   * `udh`: we cut a long message into parts. `payload`: the SMSC does (message_payload), and reports one id for the whole, which is the
   * better choice with several replicas of this service.
   */
  @IsIn(['udh', 'payload'])
  longMessages: 'udh' | 'payload' = 'udh';

  /** How the SMSC writes message ids in its answers; `text` compares them as they are, without regard to case. */
  @IsIn(['text', 'hex', 'decimal'])
  submitIds: IdForm = 'text';

  /** The same for receipts, whose ids some carriers write in another base. */
  @IsOptional()
  @IsIn(['text', 'hex', 'decimal'])
  receiptIds?: IdForm;
}

export type IdForm = 'text' | 'hex' | 'decimal';

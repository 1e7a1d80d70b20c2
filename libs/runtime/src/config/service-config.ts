import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { LOG_LEVELS, type LogLevel } from '../logging/logger.js';
import { FromEnv } from './from-env.js';

const NATS_ADDRESSES = /^(nats|tls):\/\/[^\s,]+(,(nats|tls):\/\/[^\s,]+)*$/;
const DATABASE_ADDRESS = /^postgres(ql)?:\/\/\S+$/;
/** Base64 of exactly 32 bytes. */
const KEY = /^[A-Za-z0-9+/]{43}=$/;

/** What every service reads. A service with settings of its own declares a class that extends this one. */
export class ServiceConfig {
  /** One address, or several of one cluster separated by commas. */
  @FromEnv('NATS_URL')
  @Matches(NATS_ADDRESSES, { message: 'must be nats://… or tls://…, several separated by commas' })
  natsUrl!: string;

  @FromEnv('DATABASE_URL')
  @Matches(DATABASE_ADDRESS, { message: 'must be postgres://…' })
  databaseUrl!: string;

  @FromEnv('SKEIN_LOG_LEVEL')
  @IsIn(LOG_LEVELS)
  logLevel!: LogLevel;

  /** 0 = no health server. */
  @FromEnv('SKEIN_HEALTH_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  healthPort!: number;

  @FromEnv('SKEIN_DB_POOL')
  @IsInt()
  @Min(1)
  @Max(200)
  dbPool!: number;

  /** Milliseconds. */
  @FromEnv('SKEIN_SWEEP_MS')
  @IsInt()
  @Min(50)
  @Max(600_000)
  sweepMs!: number;

  /** Milliseconds. */
  @FromEnv('SKEIN_CALL_LEASE_MS')
  @IsInt()
  @Min(100)
  @Max(600_000)
  callLeaseMs!: number;

  /** Streams that are found missing are made again with as many. */
  @FromEnv('SKEIN_STREAM_REPLICAS')
  @IsIn([1, 3])
  streamReplicas!: number;

  @FromEnv('SKEIN_SANDBOX')
  @IsIn(['on', 'off'])
  sandbox!: 'on' | 'off';

  @FromEnv('SKEIN_SECRET_KEY')
  @IsOptional()
  @Matches(KEY, { message: 'must be 32 bytes in base64' })
  secretKey?: string;
}

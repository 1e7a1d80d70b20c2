import { FromEnv, ServiceConfig } from '@skein/runtime';
import { IsArray, IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';

export class AgentsConfig extends ServiceConfig {
  /** Milliseconds. */
  @FromEnv('SKEIN_TURN_LEASE_MS')
  @IsInt()
  @Min(200)
  @Max(3_600_000)
  turnLeaseMs!: number;

  @FromEnv('SKEIN_ALLOW_HOSTS')
  @IsOptional()
  @IsArray()
  @Matches(/^\S+:\d{1,5}$/, { each: true, message: 'must be host:port, several separated by commas' })
  allowHosts?: string[];

  /** Where the built-in agent finds the files it shows; without it, it answers in text only. */
  @FromEnv('SKEIN_SAMPLE_FILES')
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  sampleFiles?: string;
}

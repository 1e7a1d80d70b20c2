import { FromEnv, ServiceConfig } from '@skein/runtime';
import { IsArray, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';

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

  /** Whose files the send tool may attach for a model. */
  @FromEnv('SKEIN_TOOL_FOLDERS')
  @IsArray()
  @IsString({ each: true })
  toolFolders!: string[];

  /** Told to agents, so that they find the API. */
  @FromEnv('SKEIN_PUBLIC_URL')
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  publicUrl?: string;

  /** Where the built-in agent finds the files it shows; without it, it answers in text only. */
  @FromEnv('SKEIN_SAMPLE_FILES')
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  sampleFiles?: string;
}

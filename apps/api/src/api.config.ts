import { FromEnv, ServiceConfig } from '@skein/runtime';
import { IsArray, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';

/** Settings of the api. */
export class ApiConfig extends ServiceConfig {
  /** 0 = a free one. */
  @FromEnv('SKEIN_API_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port!: number;

  /** Where callers reach the API; links to files begin with it. */
  @FromEnv('SKEIN_PUBLIC_URL')
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  publicUrl?: string;

  /** What callers may name as the address of a file although it is private. */
  @FromEnv('SKEIN_ALLOW_HOSTS')
  @IsOptional()
  @IsArray()
  @Matches(/^\S+:\d{1,5}$/, { each: true, message: 'must be host:port, several separated by commas' })
  allowHosts?: string[];

  /** What the send tool may attach over MCP. */
  @FromEnv('SKEIN_TOOL_FOLDERS')
  @IsArray()
  @IsString({ each: true })
  toolFolders!: string[];

  /** Milliseconds for which a run stays its worker's without a heartbeat. */
  @FromEnv('SKEIN_JOB_LEASE_MS')
  @IsInt()
  @Min(200)
  @Max(3_600_000)
  jobLeaseMs!: number;
}

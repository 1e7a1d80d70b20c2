import { IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { FromEnv } from '@skein/runtime';

/** What the sandbox reads from the environment. */
export class SandboxConfig {
  @FromEnv('SKEIN_SANDBOX')
  @IsIn(['on', 'off'])
  sandbox!: string;

  @FromEnv('SKEIN_SANDBOX_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port!: number;

  @FromEnv('SKEIN_SANDBOX_SMTP_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  smtpPort!: number;

  @FromEnv('SKEIN_SANDBOX_SMPP_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  smppPort!: number;

  @FromEnv('SKEIN_DATA_DIR')
  @IsString()
  dataDir!: string;

  /** Where `POST /clock` moves the clock of every other process; without it only the sandbox's own moves. */
  @FromEnv('DATABASE_URL')
  @IsOptional()
  @IsString()
  databaseUrl?: string;
}

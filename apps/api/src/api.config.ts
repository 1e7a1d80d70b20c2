import { FromEnv, ServiceConfig } from '@skein/runtime';
import { IsInt, Max, Min } from 'class-validator';

/** Settings of the api. */
export class ApiConfig extends ServiceConfig {
  /** 0 = a free one. */
  @FromEnv('SKEIN_API_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port!: number;
}

import { FromEnv, ServiceConfig } from '@skein/runtime';
import { IsOptional, IsUrl } from 'class-validator';

/** Settings of the router. */
export class RouterConfig extends ServiceConfig {
  /** Where people reach the API; unsubscribe links in bulk mail begin with it. */
  @FromEnv('SKEIN_PUBLIC_URL')
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  publicUrl?: string;
}

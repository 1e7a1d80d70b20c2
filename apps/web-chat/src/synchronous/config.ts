import 'reflect-metadata';
import { Matches } from 'class-validator';

/** One API channel. Its callers prove themselves with the workspace's keys, so there is nothing secret in it. */
export class ApiChannelConfig {
  /** A name that no other API channel of the deployment has. */
  @Matches(/^[A-Za-z0-9._-]{1,100}$/, { message: 'must be 1 to 100 letters, digits, . _ or -' })
  name!: string;
}

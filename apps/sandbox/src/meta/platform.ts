import type { GraphProblem } from './graph-errors.js';

/** Where Messenger and Instagram differ as providers. */
export interface Platform {
  kind: 'messenger' | 'instagram';
  /** `object` of the webhooks. */
  object: 'page' | 'instagram';
  /** `type` of the errors. */
  errorType: string;
  /** Octets of a text. */
  textMax: number;
  /** The field without which a send is refused. */
  needsMessagingType: boolean;
  /** The reference of a message comes back in its echo. */
  echoesMetadata: boolean;
  /** Delivery and reading are told by marks in time; otherwise reading alone, by message. */
  hasWatermarks: boolean;
  media: Readonly<Record<string, { maxBytes: number; types: RegExp }>>;
  closed: GraphProblem;
  nobody: GraphProblem;
  /** Message ids as the platform writes them. */
  idPrefix: string;
}

/** The arguments of the tool; all may be left out. */
export interface SendToolArguments {
  /** Default `origin`. */
  target?: string;
  message?: string;
  /** Default `send`. */
  action?: 'send' | 'list';
}

/** One place that the tool can send to. */
export interface ListedTarget {
  /** What to pass as `target`. */
  target: string;
  /** A channel kind, such as telegram. */
  platform: string;
  kind: 'origin' | 'home' | 'alias';
  label: string;
}

/** A stream or consumer exists with settings that must not be changed under it. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError';
  readonly code = 'provision_refused';
  /** What a person can do about it. */
  readonly remediation: string;

  constructor(what: string, settings: string[]) {
    super(`${what} exists with other settings: ${settings.join(', ')}`);
    this.remediation = `Drain ${what}, delete it with the nats command line tool and start again; it is created anew.`;
  }
}

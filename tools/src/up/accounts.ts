import type { SandboxAccount } from '../seed.js';

/** Tells the sandbox which provider accounts exist, so that it knows whose calls to accept and whom to call back. */
export async function registerAccounts(sandboxUrl: string, accounts: SandboxAccount[]): Promise<void> {
  for (const account of accounts) {
    const answer = await fetch(`${sandboxUrl}/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok)
      throw new Error(`The sandbox refused account ${account.kind}: ${answer.status} ${await answer.text()}`);
  }
}

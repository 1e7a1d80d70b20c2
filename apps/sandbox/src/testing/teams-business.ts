import { request } from 'undici';
import type { JsonObject } from '../core/json.js';
import type { Answer, Rig } from './rig.js';

/** A business with one Teams bot. */
export class TeamsBusiness {
  private token = '';

  constructor(
    readonly rig: Rig,
    readonly appId = 'app-1',
    readonly channelId = 'teams-1',
  ) {}

  register(more: JsonObject = {}): Promise<Answer> {
    return this.rig.call('POST', '/accounts', {
      kind: 'teams',
      channelId: this.channelId,
      appId: this.appId,
      appSecret: 'secret-1',
      tenantId: 'tenant-1',
      webhookUrl: this.rig.receiver.url,
      ...more,
    });
  }

  /** `POST /{tenant}/oauth2/v2.0/token`; a token that it answers is used from then on. */
  async logIn(
    fields: Record<string, string> = {},
    tenant = 'tenant-1',
  ): Promise<{ status: number; body: JsonObject }> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.appId,
      client_secret: 'secret-1',
      scope: 'https://api.botframework.com/.default',
      ...fields,
    });
    const url = `${this.rig.sandbox.url}/teams/login/${tenant}/oauth2/v2.0/token`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await request(url, { method: 'POST', headers, body: form.toString(), reset: true });
    const body = (await answer.body.json()) as JsonObject;
    if (typeof body['access_token'] === 'string') this.token = body['access_token'];
    return { status: answer.statusCode, body };
  }

  /** Posts an activity to a conversation id as it is on the wire. */
  post(conversation: string, activity: JsonObject, region = 'amer'): Promise<Answer> {
    const path = `/teams/${region}/v3/conversations/${encodeURIComponent(conversation)}/activities`;
    return this.rig.call('POST', path, activity, this.token);
  }

  text(conversation: string, text = 'hello'): Promise<Answer> {
    return this.post(conversation, { type: 'message', text });
  }

  /** Status and code of a refusal. */
  async refusal(conversation: string, activity: JsonObject, region?: string): Promise<string> {
    const { status, body } = await this.post(conversation, activity, region);
    const error = body['error'] as { code?: string } | undefined;
    return `${status} ${error?.code ?? ''}`.trim();
  }

  write(address: string, body: unknown): Promise<Answer> {
    return this.rig.write('teams', address, body);
  }

  /** Activities that reached the webhook, in order. */
  activities(): JsonObject[] {
    return this.rig.receiver.hooks.map(({ body }) => JSON.parse(body) as JsonObject);
  }
}

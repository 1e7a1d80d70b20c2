import type { Db, Sql } from '@skein/persistence';
import { lockPlaces, type Place } from './entries.js';

/** The address under which the conversation of an address is kept. */
export async function homeOf(sql: Sql, { channelId, address }: Place): Promise<string> {
  const [row] = await sql.query<{ home: string }>(
    'web-chat-home',
    `SELECT home FROM web_chat_homes WHERE channel_id = $1 AND address = $2`,
    [channelId, address],
  );
  return row?.home ?? address;
}

/** True when a user has taken the conversation of an anonymous visitor over: its token opens nothing any more. */
export async function isTaken(sql: Sql, { channelId, address }: Place): Promise<boolean> {
  const rows = await sql.query(
    'web-chat-taken',
    `SELECT 1 FROM web_chat_homes WHERE channel_id = $1 AND home = $2 LIMIT 1`,
    [channelId, address],
  );
  return rows.length > 0;
}

const IS_FREE = `
  SELECT NOT EXISTS (SELECT 1 FROM web_chat_homes WHERE channel_id = $2 AND (address = $3 OR home = $4))
     AND NOT EXISTS (SELECT 1 FROM web_chat_entries WHERE channel_id = $2 AND address = $3)
     AND EXISTS (SELECT 1 FROM web_chat_entries WHERE channel_id = $2 AND address = $4)
     AND NOT EXISTS (SELECT 1 FROM contacts WHERE workspace_id = $1 AND user_id = $5)
     AND NOT EXISTS (SELECT 1 FROM identities WHERE workspace_id = $1 AND kind = 'web-chat' AND address = $3) AS free`;

/**
 * Lets a user go on with the conversation they began as an anonymous visitor, unless the user is known already: two people that are
 * known are never made one by guessing.
 *
 * @returns whether the conversation was taken over.
 */
export function takeOver(
  db: Pick<Db, 'transaction'>,
  workspaceId: string,
  { channelId, visitor, user, userId }: { channelId: string; visitor: string; user: string; userId: string },
): Promise<boolean> {
  return db.transaction(async (sql) => {
    await lockPlaces(
      sql,
      [user, visitor].map((address) => ({ channelId, address })),
    );
    const [row] = await sql.query<{ free: boolean }>('web-chat-is-free', IS_FREE, [
      workspaceId,
      channelId,
      user,
      visitor,
      userId,
    ]);
    if (row?.free !== true) return false;
    await sql.query(
      'web-chat-take-over',
      `INSERT INTO web_chat_homes (channel_id, address, home) VALUES ($1, $2, $3)`,
      [channelId, user, visitor],
    );
    return true;
  });
}

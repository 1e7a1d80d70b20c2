import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { readScheduleTime, refuse } from '@skein/contracts';
import { Db, listUsage, USAGE_CURSOR, type KeyOwner, type Page, type UsageView } from '@skein/persistence';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { knownQuery, pageQuery, refuseFields, valueOf, type Query as QueryMap } from '../http/query.js';

const FILTERS = ['agentId', 'from', 'to', 'limit', 'cursor'];
/** Milliseconds that are read back from `to`, or from now, when nobody says from when. */
const USUAL_MS = 31 * 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = 'A day (2026-05-01, of the zone of the workspace) or ISO 8601 date and time.';

@ApiTags('usage')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly db: Db) {}

  @Get()
  @ApiOperation({
    summary:
      'Turns, tokens and credits by agent and day, the latest day first; the last 31 days without from',
  })
  @ApiQuery({ name: 'agentId', required: false })
  @ApiQuery({ name: 'from', required: false, description: TIME })
  @ApiQuery({ name: 'to', required: false, description: `${TIME} A day is counted in, a time is not.` })
  list(@Caller() caller: KeyOwner, @Query() query: QueryMap): Promise<Page<UsageView>> {
    knownQuery(query, FILTERS);
    const { workspaceId, timeZone } = caller;
    const to = timeOf(query, 'to', timeZone, 1);
    const from = timeOf(query, 'from', timeZone, 0) ?? usualFrom(to);
    if (to !== null && to < from) return refuseFields([{ field: 'to', reason: 'is before from' }]);
    const filter = { agentId: agentOf(caller, query), from, to };
    return listUsage(this.db, { id: workspaceId, timeZone }, filter, pageQuery(query, USAGE_CURSOR));
  }
}

function usualFrom(to: Date | null): Date {
  return new Date((to?.getTime() ?? Date.now()) - USUAL_MS);
}

/** A key of one agent sees that agent's usage. */
function agentOf({ agentId }: KeyOwner, query: QueryMap): string | null {
  const asked = valueOf(query, 'agentId') ?? agentId;
  const isTheirs = agentId === null || asked === agentId;
  return isTheirs ? asked : refuse('forbidden', 'The key belongs to another agent.');
}

/** @param dayOffset days after the start of the day that is meant by a day */
function timeOf(query: QueryMap, name: string, timeZone: string, dayOffset: number): Date | null {
  const given = valueOf(query, name);
  if (given === undefined) return null;
  const time = DAY.test(given) ? startOf(given, timeZone, dayOffset) : readScheduleTime(given, timeZone);
  return time ?? refuseFields([{ field: name, reason: 'must be a day or an ISO 8601 date and time' }]);
}

/** The calendar counts the day on, so that a day of 23 or 25 hours is a whole one. */
function startOf(day: string, timeZone: string, dayOffset: number): Date | undefined {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return undefined;
  date.setUTCDate(date.getUTCDate() + dayOffset);
  return readScheduleTime(`${date.toISOString().slice(0, 10)}T00:00:00`, timeZone);
}

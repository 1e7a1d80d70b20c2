import { ANSWERS_ONLY, BLOCKING_CODES, capabilitiesOf, newId, type OnUnknown } from '@skein/contracts';
import type {
  LaneChoice,
  LaneState,
  LastMail,
  NewCall,
  NewTurn,
  RoutedMessage,
  SystemMessage,
  UnsubscribeToken,
} from '@skein/persistence';
import { targetKey } from '@skein/persistence';
import { capabilitiesFor } from '@skein/rendering';
import { decide } from './policy/decide.js';
import type { ChosenTemplate, Verdict } from './policy/verdict.js';
import type { Ready, Refused } from './prepare.js';
import { render, type Rendered } from './render.js';
import type { RouteContext } from './route.js';

/** Everything a batch writes, gathered message by message in order of acceptance. */
export interface Writes {
  routed: RoutedMessage[];
  calls: NewCall[];
  prompts: SystemMessage[];
  prompted: { id: string; until: Date }[];
  tokens: UnsubscribeToken[];
  /** What the agent is to answer although the person has said nothing. */
  turns: NewTurn[];
  /** What the last message of each lane lets the person choose by number. */
  choices: Map<string, LaneChoice[] | null>;
}

/** What deciding needs besides the message. */
export interface Surroundings {
  lanes: Map<string, LaneState>;
  mails: Map<string, LastMail>;
  /** The platform's ids of messages that are reacted to or changed, by `targetKey`. */
  targets: Map<string, string>;
  context: Pick<RouteContext, 'publicUrl' | 'fileUrl'>;
}

/** Nothing decided yet but refusals. */
export function startWrites(refused: Refused[]): Writes {
  return {
    routed: refused.map(refusalRow),
    calls: [],
    prompts: [],
    prompted: [],
    tokens: [],
    turns: [],
    choices: new Map(),
  };
}

/** Decides on one message and renders it; what must be written goes into `writes`. */
export function decideOne(one: Ready, around: Surroundings, writes: Writes): void {
  const { message, channel, who } = one;
  if (message.purpose === 'instruction') return instruct(one, writes);
  const ofKind = capabilitiesOf(channel.kind);
  const capabilities = ofKind && capabilitiesFor(ofKind, channel.settings);
  const lane = around.lanes.get(who.laneId);
  if (capabilities === undefined || lane === undefined) {
    writes.routed.push(
      refusalRow({ ...one, code: 'unknown_channel', detail: 'No service serves this kind of channel.' }),
    );
    return;
  }
  if (capabilities.answersOnly && message.turn_lane_id !== who.laneId) {
    writes.routed.push(refusalRow({ ...one, code: 'not_supported', detail: ANSWERS_ONLY }));
    return;
  }
  const { command, purpose } = message;
  const verdict = decide({
    command,
    purpose,
    channel,
    capabilities,
    lane,
    templates: channel.templates,
    returnedAt: message.returned_at,
  });
  if (verdict.do === 'refuse') writes.routed.push(refusalRow({ ...one, ...verdict }));
  else if (verdict.do === 'hold') hold(one, verdict, lane, writes);
  else {
    const rendered = render({
      message,
      capabilities,
      template: verdict.template,
      lastMail: around.mails.get(who.laneId),
      target: targetOf(one, around.targets),
      ...around.context,
    });
    if ('code' in rendered) writes.routed.push(refusalRow({ ...one, ...rendered }));
    else {
      noteChoices(rendered, lane, writes);
      deliver(one, rendered, verdict.needsWindow, capabilities.onUnknown, writes);
    }
  }
}

/** An instruction is for the agent: it has arrived once it stands in the thread, and nothing goes out. */
function instruct(one: Ready, { routed, turns }: Writes): void {
  const { message, channel, who } = one;
  const { text = null, instruction } = message.command.content;
  const steps = [{ step: 'instructed' as const, detail: { ...instruction } }];
  routed.push(rowOf(one, { status: 'delivered', text, steps }));
  if (instruction?.mode !== 'resume') return;
  turns.push({
    ...{ workspaceId: message.workspace_id, threadId: who.threadId, laneId: who.laneId },
    ...{ agentId: channel.agentId, channelId: channel.id, messageId: message.id },
    seq: null,
  });
}

/** The message sent last decides, also within a batch; a lane that never had choices is not written. */
function noteChoices({ choices }: Rendered, lane: LaneState, { choices: noted }: Writes): void {
  if (choices.length > 0) noted.set(lane.id, choices);
  else if (lane.choices !== null || noted.has(lane.id)) noted.set(lane.id, null);
}

/** The platform's id of the message that a reaction or a change is for. */
function targetOf({ message, who }: Ready, targets: Map<string, string>): string | undefined {
  const { reaction, edit } = message.command.content;
  const messageId = reaction?.messageId ?? edit?.messageId;
  return messageId === undefined ? undefined : targets.get(targetKey(who.contactId, messageId));
}

function hold(one: Ready, verdict: Extract<Verdict, { do: 'hold' }>, lane: LaneState, writes: Writes): void {
  const holdUntil = new Date(lane.business_now.getTime() + verdict.holdSeconds * 1000);
  const steps = [{ step: 'held' as const, detail: { until: holdUntil.toISOString() } }];
  if (verdict.prompt === undefined) {
    writes.routed.push(rowOf(one, { status: 'held', holdUntil, steps }));
    return;
  }
  prompt(one, verdict.prompt, writes);
  writes.prompted.push({ id: lane.id, until: holdUntil });
  lane.prompt_open = true;
  writes.routed.push(rowOf(one, { status: 'held', holdUntil, steps: [...steps, { step: 'prompted' }] }));
}

/** One system entry of the thread, sent in place of what is held. */
function prompt({ message, channel, who }: Ready, { row, use }: ChosenTemplate, writes: Writes): void {
  const id = newId();
  const part = { type: 'template' as const, template: use };
  writes.prompts.push({
    id,
    workspaceId: message.workspace_id,
    purpose: 'opt_in_prompt',
    threadId: who.threadId,
    contactId: who.contactId,
    channelId: channel.id,
    laneId: who.laneId,
    text: row.body,
    content: { template: use },
    parts: [part],
  });
  writes.calls.push({
    workspaceId: message.workspace_id,
    messageId: id,
    idx: 0,
    channelId: channel.id,
    laneId: who.laneId,
    part,
    purpose: 'opt_in_prompt',
    needsWindow: false,
    onUnknown: 'report',
  });
}

function deliver(
  one: Ready,
  rendered: Rendered,
  needsWindow: boolean,
  onUnknown: OnUnknown,
  writes: Writes,
): void {
  const { message, channel, who } = one;
  const { parts, losses } = rendered;
  const detail = { channelId: channel.id, calls: parts.length, ...(losses.length === 0 ? {} : { losses }) };
  writes.routed.push(
    rowOf(one, {
      status: 'queued',
      parts: rendered.parts,
      losses: rendered.losses,
      text: rendered.text,
      steps: [{ step: 'routed', detail }],
    }),
  );
  if (rendered.unsubscribeToken !== undefined) {
    writes.tokens.push({
      token: rendered.unsubscribeToken,
      workspaceId: message.workspace_id,
      laneId: who.laneId,
      messageId: message.id,
    });
  }
  rendered.parts.forEach((part, idx) =>
    writes.calls.push({
      workspaceId: message.workspace_id,
      messageId: message.id,
      idx,
      channelId: channel.id,
      laneId: who.laneId,
      part,
      purpose: message.purpose,
      needsWindow,
      onUnknown: message.command.options.onUnknown ?? onUnknown,
    }),
  );
}

function rowOf(
  one: Omit<Refused, 'code' | 'detail'>,
  row: Partial<RoutedMessage> & Pick<RoutedMessage, 'status' | 'steps'>,
): RoutedMessage {
  return {
    id: one.message.id,
    reason: null,
    detail: null,
    threadId: one.who?.threadId ?? null,
    contactId: one.who?.contactId ?? null,
    channelId: one.channel?.id ?? null,
    laneId: one.who?.laneId ?? null,
    parts: [],
    losses: [],
    text: null,
    holdUntil: null,
    ...row,
  };
}

function refusalRow(refused: Refused): RoutedMessage {
  const { code, detail } = refused;
  const status = BLOCKING_CODES.has(code) ? 'blocked' : 'failed';
  return rowOf(refused, {
    status,
    reason: code,
    detail,
    steps: [{ step: status, detail: { reason: code, detail } }],
  });
}

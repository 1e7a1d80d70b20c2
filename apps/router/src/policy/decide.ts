import { SAID_TO_OPTED_OUT } from '@skein/contracts';
import type {
  Capabilities,
  ChannelRow,
  OnClosedWindow,
  Purpose,
  SendCommand,
  TemplateRow,
} from '@skein/contracts';
import type { LaneState } from '@skein/persistence';
import { chooseOptIn } from './opt-in.js';
import { chooseTemplate, type TemplateWish } from './choose-template.js';
import { isUsNumber } from './us-number.js';
import { refused, type Verdict } from './verdict.js';

/** Everything a decision depends on; nothing else may influence it, so that a plan can never disagree with what happens. */
export interface PolicyFacts {
  command: SendCommand;
  purpose: Purpose;
  channel: ChannelRow;
  capabilities: Capabilities;
  lane: LaneState;
  templates: readonly TemplateRow[];
  /** When the window was found closed although the lane said open; null when it never was. */
  returnedAt: Date | null;
}

const DEFAULT_HOLD_SECONDS = 7 * 24 * 3600;

/** Decides what happens to a message: consent first, then the window. Pure. */
export function decide(facts: PolicyFacts): Verdict {
  const { command, lane, purpose } = facts;
  if (lane.opted_out_purpose === 'all' && !SAID_TO_OPTED_OUT.has(purpose)) {
    return refused('opted_out', 'The person opted out of messages from this channel.');
  }
  if (command.content.template !== undefined) return decideTemplate(command.content.template, facts);
  if (facts.capabilities.window === undefined) return { do: 'deliver', needsWindow: false };
  if (isOpen(facts)) return { do: 'deliver', needsWindow: true };
  return onClosed(facts);
}

/** The platform's word beats the lane's, until the person has written after it. */
function isOpen({ lane, capabilities, returnedAt }: PolicyFacts): boolean {
  if (!lane.window_open || returnedAt === null) return lane.window_open;
  const hours = capabilities.window?.hours ?? 0;
  return (lane.window_until?.getTime() ?? 0) - hours * 3_600_000 > returnedAt.getTime();
}

function decideTemplate(wish: TemplateWish, { capabilities, templates, lane }: PolicyFacts): Verdict {
  if (!capabilities.templates) return refused('not_supported', 'The channel has no templates.');
  const chosen = chooseTemplate(wish, templates);
  if ('do' in chosen) return chosen;
  const marketing = chosen.row.category === 'marketing';
  if (marketing && lane.opted_out_purpose === 'marketing') {
    return refused('opted_out', 'The person opted out of marketing messages.');
  }
  if (marketing && !lane.window_open && isUsNumber(lane.address)) {
    return refused('us_marketing_template', `Template "${chosen.row.name}" is of category marketing.`);
  }
  return { do: 'deliver', needsWindow: false, template: chosen };
}

type OnClosedRule = (facts: PolicyFacts) => Verdict;

const ON_CLOSED: Record<OnClosedWindow, OnClosedRule> = {
  fail: () => refused('window_closed', 'The person has not written within the service window.'),
  template: (facts) => {
    const wish = facts.command.options.whatsapp?.template;
    if (wish === undefined) return refused('template_not_found', 'No template is named for a closed window.');
    return decideTemplate(
      { ...wish, ...(wish.languageCode === undefined ? {} : { language: wish.languageCode }) },
      facts,
    );
  },
  hold: (facts) => {
    const holdSeconds =
      facts.command.options.holdForSeconds ?? facts.channel.settings.holdForSeconds ?? DEFAULT_HOLD_SECONDS;
    if (facts.lane.prompt_open) return { do: 'hold', holdSeconds };
    const prompt = chooseOptIn(facts.lane.address, facts.channel.settings, facts.templates);
    return 'do' in prompt ? prompt : { do: 'hold', holdSeconds, prompt };
  },
};

/** Precedence: what the caller asked, then the channel's setting, then the shape of the call: form 2 fails, everything else holds. */
function onClosed(facts: PolicyFacts): Verdict {
  if (facts.capabilities.window?.onClosed === 'fail') return ON_CLOSED.fail(facts);
  const asked = facts.command.options.whatsapp?.onClosedWindow ?? facts.channel.settings.onClosedWindow;
  return ON_CLOSED[asked ?? (facts.command.form === 2 ? 'fail' : 'hold')](facts);
}

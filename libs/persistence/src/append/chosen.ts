import type { InboundContent } from '@skein/contracts';

/** A numbered line of the message that was sent last. */
export interface LaneChoice {
  number: number;
  id: string;
  label: string;
}

/** A number alone, with what people put around it: "2", "2.", "#2", "(2)". */
const NUMBER = /^[\s#(]*(\d{1,3})[\s.)!]*$/u;

/**
 * An answer to numbered choices as the press it stands for: by number, or by the label itself. The person's text stays. Anything else is
 * left as it is.
 */
export function withChoice(content: InboundContent, choices: readonly LaneChoice[] | null): InboundContent {
  const { text, action, media } = content;
  if (!choices || choices.length === 0 || text === undefined || action || media?.length) return content;
  const number = NUMBER.exec(text)?.[1];
  const said = text.trim().toLowerCase();
  const chosen =
    number === undefined
      ? choices.filter(({ label }) => label.toLowerCase() === said)
      : choices.filter((choice) => choice.number === Number(number));
  const [only] = chosen;
  if (only === undefined || chosen.length > 1) return content;
  return { ...content, action: { id: only.id, label: only.label } };
}

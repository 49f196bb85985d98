import { sayDuration } from '../../core/duration.ts';
import { context, section, type Message } from './message.ts';
import { sentence } from './replies.ts';
import { bold, code, fallback } from './text.ts';

interface Muted {
  /** Absent if only a person ends it. */
  readonly seconds: number | undefined;
  /** How many were waiting their turn. */
  readonly calledOff: number;
  /** Unix milliseconds. */
  readonly now: number;
}

/** What it means that a channel is muted, and until when. */
export function mutedMessage({ seconds, calledOff, now }: Muted): Message {
  const [words, mrkdwn] =
    seconds === undefined
      ? ['until somebody unmutes it', 'until somebody unmutes it']
      : [
          `for ${sayDuration(seconds)}`,
          `for ${sayDuration(seconds)}, until ${sayMoment(now + seconds * 1000)}`,
        ];
  const waited =
    calledOff === 0 ? '' : ` ${calledOff} that waited ${calledOff === 1 ? 'its' : 'their'} turn: called off.`;
  const meaning = `netcheck starts nothing by itself here: not for alerts, and not for what the channel is called.${waited}`;
  return {
    text: fallback(`Muted ${words}. ${meaning}`),
    blocks: [
      section(`${bold('Muted')} ${mrkdwn}. ${meaning}`),
      context(
        `What runs goes on, and who asks gets an answer. ${code('/netcheck unmute')} ends it, ${code('/netcheck mute 2h')} changes the time.`,
      ),
    ],
  };
}

export function unmutedMessage(wasMuted: boolean): Message {
  return sentence(
    wasMuted
      ? 'Unmuted: netcheck starts by itself here again, for alerts and in incident channels.'
      : 'This channel is not muted.',
  );
}

/** In the reader's own time, as Slack shows it; in UTC where it cannot. */
function sayMoment(at: number): string {
  const utc = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${utc} UTC>`;
}

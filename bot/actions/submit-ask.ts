import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { readAskForm, type AskForm } from '../../core/ask-form.ts';
import type { Request } from '../../core/request.ts';
import { begin, idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { outOfReach, symptomIds } from '../commands/netcheck.ts';
import { tellAlone, type Alone } from '../slack/tell-alone.ts';
import { askFields } from '../views/ask-modal.ts';
import { sentence } from '../views/replies.ts';
import { subjectOf } from '../views/root-state.ts';
import { line } from '../views/text.ts';

type Submission = SlackViewMiddlewareArgs<ViewSubmitAction>;

/** Somebody filled in the form: the report goes where they typed the command. What is wrong is said beside its field. */
export function submitAsk(bot: Bot) {
  return async ({ ack, body, view }: Submission & AllMiddlewareArgs): Promise<void> => {
    const read = readAskForm(formIn(view), symptomIds(bot));
    if ('problems' in read) return ack({ response_action: 'errors', errors: escaped(read.problems) });
    // The form is submitted once, however often Slack delivers that.
    const id = idOf('form', view.id);
    try {
      const alone = await inTime(beginOn(bot, id, read.request, body));
      await ack();
      const said = sentence(`Looking into ${subjectOf(read.request)}: the report comes here (${id}).`);
      bot.background.run('answer a form', () => tellAlone(bot, alone, said));
    } catch (error) {
      bot.logger.error({ err: error, id }, 'a form started nothing');
      await ack({ response_action: 'errors', errors: { [askFields.typed.block]: outOfReach().text } });
    }
  };
}

async function beginOn(
  bot: Bot,
  id: string,
  request: Request,
  { user, view }: ViewSubmitAction,
): Promise<Alone> {
  const responseUrl = await bot.records.responseUrlOfForm(view.id);
  const channel = view.private_metadata;
  const where = { channel, requester: { id: user.id, name: user.name } };
  await begin(bot, {
    id,
    request,
    where,
    trigger: 'form',
    ...(responseUrl !== undefined && { responseUrl }),
  });
  return { user: user.id, channel, responseUrl };
}

function formIn({ state: { values } }: Submission['view']): AskForm {
  const entered = (field: keyof typeof askFields) =>
    values[askFields[field].block]?.[askFields[field].action];
  const chosen = (field: keyof typeof askFields) => entered(field)?.selected_option?.value;
  const typed = (field: keyof typeof askFields) => entered(field)?.value ?? undefined;
  const window = chosen('window');
  return {
    chosen: chosen('service'),
    typed: typed('typed'),
    destination: typed('destination'),
    symptom: chosen('symptom'),
    windowSeconds: window === undefined ? undefined : Number(window),
  };
}

function escaped(problems: Partial<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [field, line(problem ?? '', 300)]),
  );
}

import { defaultWindowSeconds, parseDestination, parseSubject, type Request } from './request.ts';

/** What a person filled in, as it came. */
export interface AskForm {
  /** Picked from the list of Services, as `checkout.shop`. */
  readonly chosen?: string | undefined;
  /** Typed instead. */
  readonly typed?: string | undefined;
  readonly destination?: string | undefined;
  readonly symptom?: string | undefined;
  readonly windowSeconds?: number | undefined;
}

/** What is wrong with it, by field, for people. */
export type AskProblems = Partial<Record<'typed' | 'destination', string>>;

/** How far back the form offers to look, in seconds. */
export const askWindows: readonly number[] = [15 * 60, defaultWindowSeconds, 3600, 3 * 3600, 24 * 3600];

/** Understands a form as the command of the same words; what it does not offer counts as not filled in. */
export function readAskForm(
  form: AskForm,
  symptoms: readonly string[],
): { readonly request: Request } | { readonly problems: AskProblems } {
  const subject = subjectIn(form);
  const far = form.destination?.trim() ?? '';
  const destination = far === '' ? undefined : parseDestination({ text: far, column: 1 });
  const problems: AskProblems = {
    ...('message' in subject && { typed: subject.message }),
    ...(destination !== undefined && 'kind' in destination && { destination: destination.message }),
  };
  if ('message' in subject || (destination !== undefined && 'kind' in destination)) return { problems };
  const { symptom, windowSeconds } = form;
  return {
    request: {
      subject,
      windowSeconds:
        windowSeconds !== undefined && askWindows.includes(windowSeconds)
          ? windowSeconds
          : defaultWindowSeconds,
      ...(destination !== undefined && { destination }),
      ...(symptom !== undefined && symptoms.includes(symptom) && { symptom }),
    },
  };
}

function subjectIn({ chosen, typed = '' }: AskForm): ReturnType<typeof parseSubject> | { message: string } {
  const text = typed.trim();
  if (chosen !== undefined && text !== '') return { message: 'Choose a Service or type one, not both' };
  const name = chosen ?? text;
  return name === ''
    ? { message: 'Choose a Service, or type its name here' }
    : parseSubject({ text: name, column: 1 });
}

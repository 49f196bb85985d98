import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Alert } from '../../core/alerts/alert.ts';
import { asAlert, isAlert } from '../../core/alerts/by-alert.ts';
import { isLive, wordOf, type Episode } from '../../core/alerts/episode.ts';
import type { AlertSettings } from '../../core/alerts/settings.ts';
import type { AlertsJob } from '../../core/jobs.ts';
import type { AlertOutcome } from '../../core/metrics.ts';
import { defaultWindowSeconds } from '../../core/request.ts';
import { idOf } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { beginByItself } from '../by-itself.ts';
import { alreadyLookedInto } from './already-looked-into.ts';
import { sayHow } from './say-how.ts';
import { showEpisode } from './show-episode.ts';
import { standDown } from './stand-down.ts';
import { aboutOf, type About } from './subject.ts';

/** How many alerts are read before others have a turn. */
const atOnce = 10;

/** Told what came of each alert. */
export type AlertWitness = (outcome: AlertOutcome) => void;

/** Alerts of one delivery that are about the same; some of them may be over. */
interface Group {
  readonly key: string;
  readonly about: About;
  readonly alerts: readonly Alert[];
}

interface Delivery extends AlertsJob {
  /** The same when it is taken in again. */
  readonly id: string;
}

/**
 * Takes in what alerts say: the first that fires about a Service begins an investigation, what else is said of it is shown
 * there. Bears being done again: what an attempt has left undone the next one does.
 */
export async function takeIn(
  bot: Bot,
  settings: AlertSettings,
  delivery: Delivery,
  tell: AlertWitness,
): Promise<void> {
  const now = Date.now();
  const directory = await bot.records.directory();
  const { symptoms } = bot.playbooks.current().library;
  const routing = { rules: settings.rules, symptoms, known: directory?.services ?? [] };
  const groups = new Map<string, Group>();
  for (const [nr, alert] of delivery.alerts.entries()) {
    // What an alert is about takes a while to tell among thousands of Services, and people wait for answers meanwhile.
    if (nr % atOnce === atOnce - 1) await turnOfOthers();
    const about = aboutOf(alert, routing, directory, now);
    const key = await keyOf(bot, alert, about);
    if (key === undefined) await passOver(bot, alert, whereOf(settings, delivery, about), tell);
    else groups.set(key, joined(groups.get(key), { key, about, alerts: [alert] }));
  }
  for (const group of groups.values()) await new GroupIntake(bot, settings, delivery, group, tell).run();
}

/** Labels that named a Service while it fired may be gone when it is over. */
async function keyOf({ records }: Bot, alert: Alert, { key }: About): Promise<string | undefined> {
  if (alert.status === 'firing') return key;
  return (await records.episodes.subjectOf(alert.fingerprint)) ?? key;
}

/** What the first that fires is about is what to look at. */
function joined(group: Group | undefined, next: Group): Group {
  if (group === undefined) return next;
  const isFirst = !group.alerts.some(isFiring) && next.alerts.some(isFiring);
  return {
    ...group,
    about: isFirst ? next.about : group.about,
    alerts: [...group.alerts, ...next.alerts],
  };
}

function isFiring({ status }: Alert): boolean {
  return status === 'firing';
}

interface Where {
  readonly channel: string | undefined;
  readonly thread?: string;
}

/** Below the message that said so; for the webhook where the rule or the file says. */
function whereOf({ channel }: AlertSettings, { message }: AlertsJob, about: About): Where {
  return message ?? { channel: about.channel ?? channel };
}

/** Nobody can tell what it is about. */
async function passOver(
  bot: Bot,
  alert: Alert,
  { channel, thread }: Where,
  tell: AlertWitness,
): Promise<void> {
  tell(isFiring(alert) ? 'unknown' : 'ignored');
  if (isFiring(alert) && channel !== undefined) await sayHow(bot, alert.name, { channel, thread });
}

class GroupIntake {
  readonly #bot: Bot;
  readonly #settings: AlertSettings;
  readonly #delivery: Delivery;
  readonly #group: Group;
  readonly #tell: AlertWitness;
  readonly #firing: readonly Alert[];

  constructor(bot: Bot, settings: AlertSettings, delivery: Delivery, group: Group, tell: AlertWitness) {
    this.#bot = bot;
    this.#settings = settings;
    this.#delivery = delivery;
    this.#group = group;
    this.#tell = tell;
    this.#firing = group.alerts.filter(isFiring);
  }

  async run(): Promise<void> {
    const { key, alerts, about } = this.#group;
    const { at, id } = this.#delivery;
    const { episodes } = this.#bot.records;
    const { channel } = whereOf(this.#settings, this.#delivery, about);
    const latest = await episodes.about(key);
    const isNew = latest === undefined || !isLive(latest, at);
    if (isNew && (channel === undefined || (await this.#bot.records.isMuted(channel)))) {
      this.#count(this.#firing.length > 0 ? 'muted' : 'ignored');
      return;
    }
    await Promise.all(this.#firing.map(({ fingerprint }) => episodes.noteSubject(fingerprint, key, at)));
    const found = isNew ? await alreadyLookedInto(this.#bot, about.subject, channel ?? '', at) : undefined;
    const words = alerts.map((alert) => wordOf(alert, at));
    const heard = await episodes.hear(key, words, found ?? idOf('alert', this.#bot.cluster, key, id), at);
    this.#count(heard.kind === 'nothing' ? 'ignored' : await this.#follow(heard.episode));
  }

  /** Makes what was heard have its consequences; harmless where it had. */
  async #follow(episode: Episode): Promise<AlertOutcome> {
    const outcome = episode.resolvedAt === undefined ? await this.#begin(episode) : 'updated';
    if (episode.resolvedAt !== undefined) await standDown(this.#bot, episode.id);
    await this.#show(episode);
    return outcome;
  }

  /** Unless that has been done; `updated` if so. */
  async #begin(episode: Episode): Promise<AlertOutcome> {
    const { id } = episode;
    const { episodes } = this.#bot.records;
    const [first] = this.#firing;
    const { subject } = this.#group.about;
    const { channel, thread } = whereOf(this.#settings, this.#delivery, this.#group.about);
    if (first === undefined || subject === undefined || channel === undefined) return 'updated';
    if ((await episodes.isBegun(id)) || (await isOfPerson(this.#bot, id))) return 'updated';
    const symptom = this.#group.about.symptom;
    const outcome = await beginByItself(this.#bot, {
      id,
      request: { subject, windowSeconds: defaultWindowSeconds, ...(symptom !== undefined && { symptom }) },
      where: { channel, ...(thread !== undefined && { thread }), requester: asAlert(first.name) },
      trigger: 'alert',
    });
    if (outcome === 'muted') return outcome;
    await episodes.noteBegun(id);
    return outcome === 'begun' && subject.kind === 'candidates' ? 'ambiguous' : outcome;
  }

  /** Has it shown where it is reported, once for each change. */
  async #show(episode: Episode): Promise<void> {
    const asked = await this.#bot.records.asked(episode.id);
    if (asked === undefined) return;
    // The report itself shows how it began.
    if (episode.change === 0 && asked.held === undefined && isAlert(asked.where.requester)) return;
    await showEpisode(this.#bot, episode);
  }

  #count(outcome: AlertOutcome): void {
    const [first, ...others] = this.#firing;
    if (first !== undefined) this.#tell(outcome);
    const further = outcome === 'muted' || outcome === 'ignored' ? outcome : 'updated';
    others.forEach(() => this.#tell(further));
    const over = this.#group.alerts.length - this.#firing.length;
    for (let told = 0; told < over; told++) this.#tell(outcome === 'ignored' ? outcome : 'resolved');
  }
}

/** Whether a person asked for it before the alert came. */
async function isOfPerson({ records }: Bot, id: string): Promise<boolean> {
  const asked = await records.asked(id);
  return asked !== undefined && !isAlert(asked.where.requester);
}

import { formatProblem } from '../core/playbook/problem.ts';
import { sayPolicy } from '../core/remediation/policy.ts';
import { inTime } from './begin.ts';
import type { Bot } from './bot.ts';
import { readOverview } from './overview.ts';
import type { Overview } from './views/overview.ts';
import { homeView, type Settings } from './views/home.ts';

/** Shows a person their Home tab as it is now. Slack is not kept waiting for it. */
export function publishHome(bot: Bot, person: string): void {
  bot.background.run('publish a Home tab', async () => {
    const overview = await overviewFor(bot, person);
    const view = homeView({ overview, settings: settingsOf(bot), now: Date.now() });
    await bot.slack.views.publish({ user_id: person, view });
  });
}

async function overviewFor(bot: Bot, person: string): Promise<Overview | undefined> {
  try {
    return await inTime(readOverview(bot, { person }));
  } catch (error) {
    bot.logger.error({ err: error }, 'there is nothing to show on a Home tab');
    return undefined;
  }
}

function settingsOf({ cluster, incidentChannels, remediation, approval, playbooks }: Bot): Settings {
  return {
    cluster,
    incidentChannels: incidentChannels.source,
    remediation,
    whoMayApprove: sayPolicy(approval),
    playbooks: {
      version: playbooks.current().version,
      problems: playbooks.problems().map(formatProblem),
    },
  };
}

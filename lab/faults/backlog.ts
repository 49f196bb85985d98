import type { Fault, Size } from './fault.ts';
import { changeTemplate } from './support/change-template.ts';
import { withEnv } from '../cluster/with-env.ts';
import { drawSize } from './support/size.ts';

const size: Size = {
  of: 'milliseconds of each second',
  least: 500,
  most: 900,
  highest: 1000,
  drawn: 'whole',
  weaker: 'below',
};

export const backlog: Fault = {
  id: 'backlog',
  title: 'The pods of payments accept too slowly, and few connections may wait for that',
  ask: 'payments.shop slow-connects',
  causes: ['listen-backlog-overflow'],
  size,
  async inject(lab, random, given) {
    const backlog = random.whole(1, 6);
    const ms = drawSize(size, random, given);
    const env = { BACKLOG: String(backlog), BLOCK_MS: String(ms), BLOCK_EVERY_MS: '1000' };
    const undo = await changeTemplate(lab, { namespace: 'shop', name: 'payments' }, (template) =>
      withEnv(template, env),
    );
    return {
      said: `the pods of payments do nothing for ${ms} ms of each second, and let ${backlog} connections wait`,
      names: ['payments'],
      undo,
    };
  },
};

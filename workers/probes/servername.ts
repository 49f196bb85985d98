import type { ProbeOptions } from '../../core/probe-task.ts';

/** The name to ask for in a handshake with `to`: the target is an address by then, the far end goes by its name. */
export function servernameOption(to = ''): ProbeOptions {
  const servername = to.replace(/:\d+$/, '');
  const isAddress = /^[\d.]+$|:/.test(servername);
  return !isAddress && servername !== '' ? { servername } : {};
}

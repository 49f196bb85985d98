import type { ProbeMaker } from '../draft.ts';
import { counters } from './counters.ts';
import { dns } from './dns.ts';
import { http } from './http.ts';
import { idle } from './idle.ts';
import { ladder } from './ladder.ts';
import { mesh } from './mesh.ts';
import { mtu } from './mtu.ts';
import { nodePorts } from './node-ports.ts';
import { path } from './path.ts';
import { serverFirst } from './server-first.ts';
import { service } from './service.ts';
import { sourcePorts } from './source-ports.ts';
import { tcpBurst } from './tcp-burst.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';
import { transparentProxy } from './transparent-proxy.ts';
import { triangle } from './triangle.ts';
import { udp } from './udp.ts';

/** Every probe that a playbook can name (core/probes.ts), as it is made. */
export const makers: readonly ProbeMaker[] = [
  counters,
  dns,
  http,
  idle,
  ladder,
  mesh,
  mtu,
  nodePorts,
  path,
  serverFirst,
  service,
  sourcePorts,
  tcp,
  tcpBurst,
  tls,
  transparentProxy,
  triangle,
  udp,
];

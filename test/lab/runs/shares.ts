/** Each fault once, dealt to files of about the same length: two of them run at a time, each with a lab of its own. */
export const shares = {
  /** The sixth, `sidecar`, is broken and mended in fix.ts. */
  stories: ['snat-race', 'snat-exhaustion', 'lb-unserved-ports', 'source-port-filter', 'overlay-degraded'],
  lookAlikes: [
    'remote-closes',
    'syn-loss',
    'backlog',
    'conntrack-full',
    'dead-backend',
    'underlay-degraded',
    'mtu-black-hole',
  ],
  namesAndServices: [
    'dns-loss',
    'dns-replica-dead',
    'dns-upstream-slow',
    'wrong-target-port',
    'stale-node-rules',
    'network-policy',
    'ingress-policy',
  ],
  farEndsAndHosts: ['certificate-expired', 'slow-remote', 'idle-timeout', 'cpu-starvation', 'healthy'],
} as const;

/** The fault of fix.ts. */
export const mended = 'sidecar';

import { isDeepStrictEqual } from 'node:util';
import { applyPatch } from 'rfc6902';
import type { KubeObject, Operation } from '../../../core/remediation/change.ts';
import { digestOf } from '../../../workers/remediations/index.ts';
import { CannotLook, type ClusterWriter } from '../../../workers/ports.ts';

/** What becomes of one request: it is answered, or fails before anything was done, or after all was. */
export type Fate =
  'answered' | 'conflict' | 'forbidden' | 'too-many' | 'broken' | 'lost-before' | 'lost-after' | 'hangs';

const failures = {
  conflict: ['rejected', 'the server reported a conflict'],
  forbidden: ['forbidden', 'services "cart" is forbidden'],
  'too-many': ['unreachable', 'Too many requests'],
  broken: ['unreachable', 'Internal error'],
  'lost-before': ['timed-out', 'no answer in time'],
  'lost-after': ['timed-out', 'no answer in time'],
} as const;

/** The selectors that one Service had, newest last, and who gave them to it. */
export interface Written {
  readonly by: string;
  readonly selector: unknown;
}

/**
 * One Service in an API server of its own, as strict as the real one where a patch is concerned: `test`s, the uid and
 * resourceVersion. Each request has its fate; pauses come from outside.
 */
export class OneServiceServer {
  #object: KubeObject;
  readonly history: Written[] = [];

  constructor(selector: Readonly<Record<string, string>>) {
    this.#object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop', uid: 'u1', resourceVersion: '1' },
      spec: { selector, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }], type: 'ClusterIP' },
    };
  }

  get selector(): unknown {
    return (this.#object['spec'] as { selector: unknown }).selector;
  }

  /** Somebody else changes it; the same selector is a change of something else. */
  change(selector: unknown): void {
    this.#store({ ...this.#object, spec: { ...(this.#object['spec'] as object), selector } }, 'somebody');
  }

  /** Somebody else changes what the remediation does not touch. */
  label(value: string): void {
    this.#store(
      { ...this.#object, metadata: { ...this.#object.metadata, labels: { note: value } } },
      'somebody',
    );
  }

  /** What the object was like, in short, at each write of netcheck. */
  readonly writtenTo: string[] = [];

  #store(object: KubeObject, by: string): void {
    const before = this.selector;
    const resourceVersion = String(Number(this.#object.metadata.resourceVersion) + 1);
    this.#object = { ...object, metadata: { ...object.metadata, resourceVersion } };
    if (!isDeepStrictEqual(before, this.selector)) this.history.push({ by, selector: this.selector });
  }

  /** How one process reaches it: `meet` is awaited before each request and again before its answer. */
  clientOf(fateOf: () => Fate, meet: () => Promise<void>): ClusterWriter {
    const request = async <T>(act: () => T): Promise<T> => {
      await meet();
      const fate = fateOf();
      if (fate === 'hangs') return new Promise(() => undefined);
      const done = fate === 'answered' || fate === 'lost-after' ? act() : undefined;
      await meet();
      if (fate === 'answered') return done as T;
      const [reason, detail] = failures[fate];
      throw new CannotLook({ reason, detail });
    };
    return {
      read: () => request(() => structuredClone(this.#object)),
      write: (operation, { dryRun, resourceVersion }) =>
        request(() => this.#patch(operation, dryRun, resourceVersion)),
      note: () => request(() => undefined),
    };
  }

  #patch(operation: Operation, dryRun: boolean, resourceVersion: string | undefined): KubeObject {
    if (operation.do !== 'patch') throw new Error(`no ${operation.do} here`);
    const object = structuredClone(this.#object);
    const isOther = resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion;
    const results = applyPatch(object, operation.patch);
    if (isOther || operation.uid !== object.metadata.uid || results.some((result) => result !== null))
      throw new CannotLook({ reason: 'rejected', detail: 'the server rejected our request' });
    if (!dryRun) {
      this.writtenTo.push(digestOf(this.#object));
      this.#store(object, 'netcheck');
    }
    return object;
  }
}

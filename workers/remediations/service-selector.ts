import type { ServiceRemediation } from './service-patch.ts';

/** `selector`: the whole new selector, as `app=cart,tier=web`. */
export const serviceSelector: ServiceRemediation = {
  patch({ metadata, spec }, { selector = '' }) {
    const wanted = parseSelector(selector);
    if (wanted === undefined) return { impossible: `"${selector}" is not a selector` };
    if (isSame(wanted, spec.selector))
      return { done: `Service ${metadata.name} selects ${selector} already` };
    return {
      patch: [
        { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
        { op: 'test', path: '/spec/selector', value: spec.selector },
        { op: 'replace', path: '/spec/selector', value: wanted },
      ],
    };
  },
};

function parseSelector(text: string): Record<string, string> | undefined {
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (pairs.some(([key = '', value, ...more]) => key === '' || value === undefined || more.length > 0))
    return undefined;
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]));
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

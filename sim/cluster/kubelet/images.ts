/** Which images a registry has: all but those named missing, or none but those that manifests carry and those named known. */
export type ImageOptions = { readonly missing: readonly string[] } | { readonly known: readonly string[] };

export type HasImage = (image: string) => boolean;

/** Images that manifests carry run already, so they exist unless they are named missing. */
export function imagesOf(options: ImageOptions | undefined, running: () => Iterable<string>): HasImage {
  if (options === undefined) return () => true;
  if ('missing' in options) return (image) => !options.missing.includes(image);
  const known = new Set([...options.known, ...running()]);
  return (image) => known.has(image);
}

/** The full name of an image, as containerd writes it: registry, repository and tag. */
function referenceOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const named = hasRegistry ? image : `docker.io/${rest.length === 0 ? 'library/' : ''}${image}`;
  return /(@|:[^/]+$)/.test(named) ? named : `${named}:latest`;
}

/** What containerd says of an image that no registry has. */
export function pullError(image: string): string {
  const reference = referenceOf(image);
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${reference}: not found`;
}

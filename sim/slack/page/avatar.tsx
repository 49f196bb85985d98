import type { Author } from './conversation.ts';

/** A square with initials; the hue follows from the id, so a person keeps their colour. */
export function Avatar({ author, size = 36 }: { readonly author: Author; readonly size?: number }) {
  return (
    <span
      className={author.isApp ? 'avatar avatar-app' : 'avatar'}
      style={{ '--hue': hueOf(author.id), '--size': `${size}px` }}
      aria-hidden="true"
    >
      {initialsOf(author.name)}
    </span>
  );
}

/** Degrees; multiples of it lie far apart on the colour wheel. */
const goldenAngle = 137.508;

const initialsOf = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .slice(0, 2)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join('');

function hueOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521;
  return Math.round(sum * goldenAngle) % 360;
}
